package io.nightdrop.partner.simulator;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * What the simulated Kompliant knows and allows; all can be changed at any time. Without any change every workflow is STARTED and
 * has every required document, all of them active; the credentials are those of the constants, which are the vendor's published
 * example; and the limits are those of part D of the contract.
 */
public final class Kompliant {

    /** The API key of the vendor's published example. */
    public static final String API_KEY = "sb_3eY9UJuj09636NVPlgmhfa";

    /** The secret key of the vendor's published example. */
    public static final String SECRET_KEY = "xBeain5pFnPyQkl98qzA+BG+Cjzskpqq9fGKDbDoXNP5";

    /** An auth token, a text that occurs nowhere else. */
    public static final String AUTH_TOKEN = "canary-kompliant-auth-token-8c21d7e04b9f4a6d8e3c5b7a9f";

    static final String VERSION = "2025-03-24";

    /**
     * A workflow that was made known.
     *
     * @param ended whether its state is ENDED
     * @param documents its required documents, and whether each is active
     */
    private record Workflow(boolean ended, Map<String, Boolean> documents) {}

    private final Map<String, Workflow> workflows = new ConcurrentHashMap<>();
    private volatile String apiKey = API_KEY;
    private volatile String secretKey = SECRET_KEY;
    private volatile String authToken = AUTH_TOKEN;
    private volatile Predicate<String> unknownWorkflows = id -> false;
    private volatile Predicate<String> endedWorkflows = id -> false;
    private volatile Predicate<String> unknownDocuments = id -> false;
    private volatile Predicate<String> inactiveDocuments = id -> false;
    private volatile int unknownWorkflowStatus = 404;
    private volatile int maxItems = 100;
    private volatile long maxBodySize = 1L << 20;
    private volatile boolean signedElements;

    Kompliant() {}

    /** The one client that may ask. */
    public Kompliant credentials(String key, String secret, String token) {
        apiKey = key;
        secretKey = secret;
        authToken = token;
        return this;
    }

    /**
     * Makes a workflow known; from now on only those that were made known exist, with their documents.
     *
     * @param ended whether its state is ENDED
     * @param documents its required documents, and whether each is active
     */
    public Kompliant workflow(String id, boolean ended, Map<String, Boolean> documents) {
        workflows.put(id, new Workflow(ended, Map.copyOf(documents)));
        return this;
    }

    /** Which workflows do not exist, while none was made known. */
    public Kompliant unknownWorkflows(Predicate<String> unknown) {
        unknownWorkflows = unknown;
        return this;
    }

    /** Which workflows are ENDED, while none was made known. */
    public Kompliant endedWorkflows(Predicate<String> ended) {
        endedWorkflows = ended;
        return this;
    }

    /** Which required documents do not exist, while no workflow was made known. */
    public Kompliant unknownDocuments(Predicate<String> unknown) {
        unknownDocuments = unknown;
        return this;
    }

    /** Which required documents are inactive, while no workflow was made known. */
    public Kompliant inactiveDocuments(Predicate<String> inactive) {
        inactiveDocuments = inactive;
        return this;
    }

    /** The status for a workflow that does not exist: 404 as on the operation's page, or 400 as on all others (contract, K-8). */
    public Kompliant unknownWorkflowStatus(int status) {
        unknownWorkflowStatus = status;
        return this;
    }

    /** The most items of a request (contract, K-5). */
    public Kompliant maxItems(int items) {
        maxItems = items;
        return this;
    }

    /** The most bytes of a request's body (contract, K-19). */
    public Kompliant maxBodySize(long bytes) {
        maxBodySize = bytes;
        return this;
    }

    /** Takes signatures over more than the API key as in our default K-1, which no vendor has confirmed. */
    public Kompliant acceptSignedElements(boolean accepted) {
        signedElements = accepted;
        return this;
    }

    String apiKey() {
        return apiKey;
    }

    String secretKey() {
        return secretKey;
    }

    String authToken() {
        return authToken;
    }

    boolean exists(String workflow) {
        return workflows.isEmpty() ? !unknownWorkflows.test(workflow) : workflows.containsKey(workflow);
    }

    boolean hasEnded(String workflow) {
        return workflows.isEmpty()
                ? endedWorkflows.test(workflow)
                : workflows.get(workflow).ended();
    }

    boolean has(String workflow, String document) {
        return workflows.isEmpty()
                ? !unknownDocuments.test(document)
                : workflows.get(workflow).documents().containsKey(document);
    }

    boolean isActive(String workflow, String document) {
        return workflows.isEmpty()
                ? !inactiveDocuments.test(document)
                : workflows.get(workflow).documents().get(document);
    }

    int unknownWorkflowStatus() {
        return unknownWorkflowStatus;
    }

    int maxItems() {
        return maxItems;
    }

    long maxBodySize() {
        return maxBodySize;
    }

    boolean acceptsSignedElements() {
        return signedElements;
    }
}

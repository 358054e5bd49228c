/**
 * Both partner APIs as their contracts say, on a real port, with every fault that HTTP knows, and a ledger of what was seen.
 * It shares no code with the application, so that it can be its witness. {@link
 * io.nightdrop.partner.simulator.PartnerSimulator} runs inside a test:
 *
 * <pre>{@code
 * try (PartnerSimulator partner = PartnerSimulator.start()) {
 *     partner.faults().next(Fault.RESET_AFTER_REQUEST, 1);
 *     // Nightdrop sends to partner.baseUrl() and partner.tokenUrl()
 *     partner.ledger().effects(); // how often each item was processed
 * }
 * }</pre>
 *
 * {@link io.nightdrop.partner.simulator.SimulatorProcess} runs it as a process of its own that survives the processes under
 * test, with its ledger in a file that survives them all. {@link io.nightdrop.partner.simulator.Fault} lists the faults.
 */
package io.nightdrop.partner.simulator;

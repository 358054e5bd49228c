package io.nightdrop.job;

import io.nightdrop.database.WriteGate;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneId;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.batch.core.repository.JobRepository;
import org.springframework.batch.core.step.StepExecution;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * What the job repository does otherwise here.
 *
 * <p>It saves three statements a batch. A step's execution context is stored only when it has changed: a chunk step stores it with
 * every chunk, ours never changes it, as the position is in the results (docs/decisions/0002-position-from-results.md). The step execution, and a look
 * whether somebody has stopped its job by a word in the database, which nobody does, come with a batch only once a second, as a sign of life; its
 * figures are exact again at its end. No second writer is kept out by them: that is done by the results, each of which is there once, and which only
 * the owner of the inbox may insert.
 *
 * <p>It passes the {@link WriteGate} first: Spring Batch 6.0.4 holds a lock while it updates an execution
 * ({@code JdbcStepExecutionDao}, {@code JdbcJobExecutionDao}), and batches update theirs inside their transaction.
 */
@Component
class JobRepositoryAdvice implements BeanPostProcessor {

    /** How often a step that writes batches shows how far it is. */
    private static final Duration SIGN_OF_LIFE = Duration.ofSeconds(1);

    private final ObjectProvider<WriteGate> gate;

    JobRepositoryAdvice(ObjectProvider<WriteGate> gate) {
        this.gate = gate;
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String name) {
        if (bean instanceof JobRepository repository) {
            WriteGate opened = gate.getObject();
            MethodInterceptor advice =
                    call -> isCleanContext(call) || isOneOfManyUpdates(call) ? null : proceed(call, opened);
            ProxyFactory factory = new ProxyFactory(JobRepository.class, advice);
            factory.setTarget(repository);
            return factory.getProxy();
        }
        return bean;
    }

    private static boolean isCleanContext(MethodInvocation call) {
        return call.getMethod().getName().equals("updateExecutionContext")
                && call.getArguments()[0] instanceof StepExecution step
                && !step.getExecutionContext().isDirty();
    }

    /** Inside the transaction of a batch; at a step's beginning and end there is none. */
    private static boolean isOneOfManyUpdates(MethodInvocation call) {
        if (!call.getMethod().getName().equals("update")
                || !(call.getArguments()[0] instanceof StepExecution step)
                || !TransactionSynchronizationManager.isActualTransactionActive()) {
            return false;
        }
        LocalDateTime last = step.getLastUpdated();
        if (last == null) {
            return false;
        }
        Duration since = Duration.between(last, LocalDateTime.now(ZoneId.systemDefault()));
        return !since.isNegative() && since.compareTo(SIGN_OF_LIFE) < 0;
    }

    private static @Nullable Object proceed(MethodInvocation call, WriteGate gate) throws Throwable {
        String method = call.getMethod().getName();
        boolean writes = method.startsWith("create") || method.startsWith("update") || method.startsWith("delete");
        if (!writes) {
            return call.proceed();
        }
        gate.lock();
        try {
            return call.proceed();
        } finally {
            gate.unlock();
        }
    }
}

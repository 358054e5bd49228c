package io.nightdrop.job;

import io.nightdrop.database.WriteGate;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.batch.core.repository.JobRepository;
import org.springframework.batch.core.step.StepExecution;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.stereotype.Component;

/**
 * What the job repository does otherwise here.
 *
 * <p>It saves a statement a batch: a step's execution context is stored only when it has changed. A chunk step stores it with
 * every chunk, ours never changes it, as the position is in the results (docs/decisions/0002-position-from-results.md). The
 * update of the step execution itself stays: its version is the fence against a second writer.
 *
 * <p>It passes the {@link WriteGate} first: Spring Batch 6.0.4 holds a lock while it updates an execution
 * ({@code JdbcStepExecutionDao}, {@code JdbcJobExecutionDao}), and batches update theirs inside their transaction.
 */
@Component
class JobRepositoryAdvice implements BeanPostProcessor {

    private final ObjectProvider<WriteGate> gate;

    JobRepositoryAdvice(ObjectProvider<WriteGate> gate) {
        this.gate = gate;
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String name) {
        if (bean instanceof JobRepository repository) {
            WriteGate opened = gate.getObject();
            MethodInterceptor advice = call -> isCleanContext(call) ? null : proceed(call, opened);
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

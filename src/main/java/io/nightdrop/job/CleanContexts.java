package io.nightdrop.job;

import org.aopalliance.intercept.MethodInterceptor;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.batch.core.repository.JobRepository;
import org.springframework.batch.core.step.StepExecution;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.stereotype.Component;

/**
 * Saves a statement a batch: a step's execution context is stored only when it has changed. A chunk step stores it with
 * every chunk, ours never changes it, as the position is in the results (docs/decisions/0002-position-from-results.md). The
 * update of the step execution itself stays: its version is the fence against a second writer.
 */
@Component
class CleanContexts implements BeanPostProcessor {

    private static final MethodInterceptor SKIP_CLEAN = call -> {
        boolean clean = call.getMethod().getName().equals("updateExecutionContext")
                && call.getArguments()[0] instanceof StepExecution step
                && !step.getExecutionContext().isDirty();
        return clean ? null : call.proceed();
    };

    @Override
    public Object postProcessAfterInitialization(Object bean, String name) {
        if (bean instanceof JobRepository repository) {
            ProxyFactory factory = new ProxyFactory(JobRepository.class, SKIP_CLEAN);
            factory.setTarget(repository);
            return factory.getProxy();
        }
        return bean;
    }
}

package io.nightdrop.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.nightdrop.NightdropIntegrationTest;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.batch.core.step.StepExecution;
import org.springframework.batch.test.MetaDataInstanceFactory;
import org.springframework.batch.test.StepScopeTestUtils;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;
import org.springframework.test.context.TestPropertySource;

/**
 * Beans of a step are made under one lock of the whole process. Who has it and waits for a connection waits for those who have
 * a connection and want a bean: until one of them gives up.
 */
@NightdropIntegrationTest
@TestPropertySource(
        properties = {
            "spring.datasource.hikari.maximum-pool-size=2",
            "spring.datasource.hikari.minimum-idle=0",
            "spring.datasource.hikari.connection-timeout=2000"
        })
class StepBeansIntegrationTests {

    @Autowired
    private ApplicationContext context;

    @Autowired
    private DataSource dataSource;

    @Test
    @Timeout(60)
    void beansOfAStepAreMadeWithoutTheDatabase() throws Exception {
        List<String> names = List.of(context.getBeanNamesForType(Object.class, true, false)).stream()
                .filter(name -> name.startsWith("scopedTarget."))
                .toList();
        assertThat(names).hasSizeGreaterThanOrEqualTo(3);
        List<Connection> all = new ArrayList<>();
        try {
            for (int i = 0; i < 2; i++) {
                all.add(dataSource.getConnection());
            }
            StepExecution step = MetaDataInstanceFactory.createStepExecution(ProcessDropJob.parameters(4711));
            for (String name : names) {
                Object bean = StepScopeTestUtils.doInStepScope(step, () -> context.getBean(name));
                assertThat(bean).as(name).isNotNull();
            }
        } finally {
            for (Connection connection : all) {
                connection.close();
            }
        }
    }
}

package io.nightdrop;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.ContextConfiguration;

/**
 * A test with the whole application over a home of its own. On H2 as it stands; with {@code @ActiveProfiles("postgres")}
 * on a real PostgreSQL server.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@SpringBootTest(classes = NightdropApplication.class, webEnvironment = WebEnvironment.NONE)
@Import({Sender.class, TestInboxes.class})
@ContextConfiguration(initializers = TestHome.class)
public @interface NightdropIntegrationTest {}

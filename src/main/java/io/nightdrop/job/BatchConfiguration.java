package io.nightdrop.job;

import io.nightdrop.operation.Operations;
import io.nightdrop.result.Drops;
import io.nightdrop.result.ItemResults;
import io.nightdrop.result.Requests;
import io.nightdrop.settings.NightdropSettings;
import io.nightdrop.vault.Vault;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import org.springframework.batch.core.repository.ExecutionContextSerializer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** What the job repository and the batches need of the container. */
@Configuration(proxyBeanMethods = false)
class BatchConfiguration {

    @Bean
    DropBatches.Stores stores(
            NightdropSettings settings,
            Drops drops,
            ItemResults results,
            Requests requests,
            Operations operations,
            Vault vault,
            RunProgress progress,
            PlatformTransactionManager transactions,
            Clock clock) {
        return new DropBatches.Stores(
                settings,
                drops,
                results,
                requests,
                operations,
                vault,
                progress,
                new TransactionTemplate(transactions),
                clock);
    }

    /** Plain JSON: the default of Spring Batch 6.0.4 deserialises Java objects (issue 5497). */
    @Bean
    ExecutionContextSerializer executionContextSerializer() {
        return new JsonExecutionContextSerializer();
    }

    private static final class JsonExecutionContextSerializer implements ExecutionContextSerializer {
        private static final JsonMapper JSON = JsonMapper.builder().build();
        private static final TypeReference<HashMap<String, Object>> MAP = new TypeReference<>() {};

        @Override
        public void serialize(Map<String, Object> context, OutputStream out) throws IOException {
            out.write(JSON.writeValueAsBytes(context));
        }

        @Override
        public Map<String, Object> deserialize(InputStream in) throws IOException {
            return JSON.readValue(in.readAllBytes(), MAP);
        }
    }
}

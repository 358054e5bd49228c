package io.nightdrop;

/** Where one transaction writes at a time. */
@NightdropIntegrationTest
class BackPressureOnH2IntegrationTests extends BackPressure {

    @Override
    int many() {
        return 50;
    }

    @Override
    int connections() {
        return 200;
    }

    @Override
    String sessions() {
        return "SELECT COUNT(*) FROM INFORMATION_SCHEMA.SESSIONS";
    }
}

package io.nightdrop;

import org.springframework.test.context.ActiveProfiles;

/** The drops that are kept as folders, on PostgreSQL. */
@NightdropIntegrationTest
@ActiveProfiles("postgres")
class DropFoldersOnPostgresIntegrationTests extends DropFolders {}

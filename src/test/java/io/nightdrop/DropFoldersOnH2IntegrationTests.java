package io.nightdrop;

/** The drops that are kept as folders, on the embedded H2. */
@NightdropIntegrationTest
class DropFoldersOnH2IntegrationTests extends DropFolders {}

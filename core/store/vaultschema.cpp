#include "core/store/vaultschema.h"

#include "core/store/auditlog.h"

#include <array>

namespace flaredeck::store {

namespace {

Result<> executeAll(Database &database, std::span<const char *const> statements)
{
    for (const char *statement : statements) {
        if (const Result<> done = database.execute(QString::fromLatin1(statement)); !done)
            return done;
    }
    return {};
}

// Times are milliseconds since 1970; 0 stands for never. Hashes are SHA-256. A grant has no foreign
// key to its sign-in, since that may live in memory only.
Result<> createTables(Database &database)
{
    const char *const statements[] = {
        R"(CREATE TABLE clients (
            id TEXT PRIMARY KEY NOT NULL,
            name TEXT,
            redirect_uris TEXT NOT NULL,
            auth_method TEXT,
            auth_method_explicit INTEGER NOT NULL,
            secret_hash BLOB,
            grant_types TEXT NOT NULL,
            metadata TEXT NOT NULL,
            registered_by TEXT,
            created_at INTEGER NOT NULL,
            first_authorized_at INTEGER NOT NULL,
            last_used_at INTEGER NOT NULL
        ) STRICT)",

        R"(CREATE TABLE grants (
            id TEXT PRIMARY KEY NOT NULL,
            client_id TEXT NOT NULL REFERENCES clients(id) ON DELETE CASCADE,
            login_id TEXT,
            scopes TEXT,
            accounts TEXT NOT NULL,
            resources TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            last_used_at INTEGER NOT NULL,
            expires_at INTEGER NOT NULL,
            revoked_at INTEGER NOT NULL,
            revoke_reason TEXT
        ) STRICT)",
        "CREATE INDEX grants_of_client ON grants(client_id)",

        R"(CREATE TABLE refresh_states (
            grant_id TEXT PRIMARY KEY NOT NULL REFERENCES grants(id) ON DELETE CASCADE,
            generation INTEGER NOT NULL,
            hash BLOB NOT NULL,
            previous_hash BLOB,
            rotated_at INTEGER NOT NULL,
            previous_last_used_at INTEGER NOT NULL,
            salt BLOB
        ) STRICT)",

        R"(CREATE TABLE codes (
            hash BLOB PRIMARY KEY NOT NULL,
            grant_id TEXT NOT NULL REFERENCES grants(id) ON DELETE CASCADE,
            client_id TEXT NOT NULL,
            redirect_uri TEXT,
            challenge BLOB,
            resources TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            expires_at INTEGER NOT NULL,
            used_at INTEGER NOT NULL
        ) STRICT)",
        "CREATE INDEX codes_of_grant ON codes(grant_id)",

        R"(CREATE TABLE access_tokens (
            hash BLOB PRIMARY KEY NOT NULL,
            grant_id TEXT NOT NULL REFERENCES grants(id) ON DELETE CASCADE,
            resources TEXT NOT NULL,
            refresh_generation INTEGER NOT NULL,
            created_at INTEGER NOT NULL,
            expires_at INTEGER NOT NULL
        ) STRICT)",
        "CREATE INDEX access_tokens_of_grant ON access_tokens(grant_id, created_at)",

        R"(CREATE TABLE logins (
            id TEXT PRIMARY KEY NOT NULL,
            kind TEXT NOT NULL,
            state TEXT NOT NULL,
            user_id TEXT,
            email TEXT,
            accounts TEXT NOT NULL,
            upstream_scopes TEXT NOT NULL,
            sandbox INTEGER NOT NULL,
            created_at INTEGER NOT NULL,
            refreshed_at INTEGER NOT NULL,
            expires_at INTEGER NOT NULL
        ) STRICT)",

        R"(CREATE TABLE secrets (
            owner TEXT NOT NULL,
            name TEXT NOT NULL,
            sealed BLOB NOT NULL,
            PRIMARY KEY (owner, name)
        ) STRICT)",

        R"(CREATE TABLE sessions (
            id_hash BLOB PRIMARY KEY NOT NULL,
            grant_id TEXT NOT NULL REFERENCES grants(id) ON DELETE CASCADE,
            revision BLOB NOT NULL,
            client_info TEXT,
            client_capabilities TEXT NOT NULL,
            state TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            last_seen_at INTEGER NOT NULL
        ) STRICT)",
        "CREATE INDEX sessions_of_grant ON sessions(grant_id)",
    };
    return executeAll(database, statements);
}

Result<> addTasks(Database &database)
{
    const char *const statements[] = {
        // Status: see taskrows.cpp. Outcome: JSON, null while there is none.
        R"(CREATE TABLE tasks (
            id_hash BLOB PRIMARY KEY NOT NULL,
            grant_id TEXT NOT NULL REFERENCES grants(id) ON DELETE CASCADE,
            status INTEGER NOT NULL,
            outcome TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            updated_at INTEGER NOT NULL
        ) STRICT)",
        "CREATE INDEX tasks_of_grant ON tasks(grant_id)",
        // What the client set by logging/setLevel; 1 is info.
        "ALTER TABLE sessions ADD COLUMN log_level INTEGER NOT NULL DEFAULT 1",
    };
    return executeAll(database, statements);
}

// Which generations were rotated a moment ago, as [[generation, time], …]: a sibling process that
// still holds one of them must be recognised after a restart too.
Result<> addRotationMarks(Database &database)
{
    return database.execute(
        QStringLiteral("ALTER TABLE refresh_states ADD COLUMN recent TEXT NOT NULL DEFAULT '[]'"));
}

Result<> addClientDocuments(Database &database)
{
    const char *const statements[] = {
        // See ClientKind; all before were registered.
        "ALTER TABLE clients ADD COLUMN kind INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE clients ADD COLUMN fresh_until INTEGER NOT NULL DEFAULT 0",
    };
    return executeAll(database, statements);
}

// The vault itself says which key opens it: without the settings file it must not look for another.
Result<> addKeyRecord(Database &database)
{
    const char *const statements[] = {
        R"(CREATE TABLE meta (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            instance TEXT NOT NULL,
            key_number INTEGER NOT NULL,
            key_entry TEXT NOT NULL,
            key_check BLOB,
            key_since INTEGER NOT NULL,
            spare_entries TEXT NOT NULL
        ) STRICT)",
        // [[generation, number of the vault key], …], see RefreshState.
        "ALTER TABLE refresh_states ADD COLUMN derived_with TEXT NOT NULL DEFAULT '[]'",
    };
    return executeAll(database, statements);
}

// Who registered before has none, and cannot manage its registration.
Result<> addRegistrationTokens(Database &database)
{
    return database.execute(
        QStringLiteral("ALTER TABLE clients ADD COLUMN registration_token_hash BLOB"));
}

Result<> addBlocks(Database &database)
{
    return database.execute(
        QStringLiteral("ALTER TABLE clients ADD COLUMN blocked_at INTEGER NOT NULL DEFAULT 0"));
}

Result<> addApprovals(Database &database)
{
    const char *const statements[] = {
        // See RememberedApproval.
        R"(CREATE TABLE approvals (
            id TEXT PRIMARY KEY NOT NULL,
            client_id TEXT NOT NULL REFERENCES clients(id) ON DELETE CASCADE,
            redirect TEXT NOT NULL,
            resources TEXT NOT NULL,
            login_id TEXT NOT NULL,
            requested TEXT NOT NULL,
            scopes TEXT NOT NULL,
            accounts TEXT NOT NULL,
            program TEXT,
            proof BLOB,
            created_at INTEGER NOT NULL,
            expires_at INTEGER NOT NULL,
            UNIQUE (client_id, redirect, resources, login_id)
        ) STRICT)",
        "ALTER TABLE grants ADD COLUMN silent INTEGER NOT NULL DEFAULT 0",
    };
    return executeAll(database, statements);
}

Result<> addAgesAndBindAnchor(Database &database)
{
    const char *const statements[] = {
        // By the monotonic clock, and of which start of the computer: see Vault::accessTokens().
        "ALTER TABLE access_tokens ADD COLUMN boot TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE access_tokens ADD COLUMN issued INTEGER NOT NULL DEFAULT 0",
    };
    if (const Result<> added = executeAll(database, statements); !added)
        return added;
    return auditlog::bindAnchor(database);
}

} // namespace

std::span<const Database::Migration> vaultMigrations()
{
    static const std::array<Database::Migration, 10> steps{
        createTables,          addTasks,           auditlog::createTables,
        addRotationMarks,      addClientDocuments, addKeyRecord,
        addRegistrationTokens, addBlocks,          addApprovals,
        addAgesAndBindAnchor};
    return steps;
}

} // namespace flaredeck::store

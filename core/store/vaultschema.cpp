#include "core/store/vaultschema.h"

#include "core/store/auditlog.h"

namespace flaredeck::store {

// Times are milliseconds since 1970; 0 stands for never. Hashes are SHA-256. A grant has no foreign
// key to its sign-in, since that may live in memory only.
QStringList vaultTables()
{
    const char *const statements[] = {
        // Kind: see ClientKind.
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
            last_used_at INTEGER NOT NULL,
            kind INTEGER NOT NULL,
            fresh_until INTEGER NOT NULL,
            registration_token_hash BLOB,
            blocked_at INTEGER NOT NULL
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
            revoke_reason TEXT,
            silent INTEGER NOT NULL
        ) STRICT)",
        "CREATE INDEX grants_of_client ON grants(client_id)",

        // Recent and derived_with: see RotationMark and DerivationMark, as [[generation, value],
        // …].
        R"(CREATE TABLE refresh_states (
            grant_id TEXT PRIMARY KEY NOT NULL REFERENCES grants(id) ON DELETE CASCADE,
            generation INTEGER NOT NULL,
            hash BLOB NOT NULL,
            previous_hash BLOB,
            rotated_at INTEGER NOT NULL,
            previous_last_used_at INTEGER NOT NULL,
            salt BLOB,
            recent TEXT NOT NULL,
            derived_with TEXT NOT NULL
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

        // Issued is by the monotonic clock of that boot: see Vault::accessTokens().
        R"(CREATE TABLE access_tokens (
            hash BLOB PRIMARY KEY NOT NULL,
            grant_id TEXT NOT NULL REFERENCES grants(id) ON DELETE CASCADE,
            resources TEXT NOT NULL,
            refresh_generation INTEGER NOT NULL,
            created_at INTEGER NOT NULL,
            expires_at INTEGER NOT NULL,
            boot TEXT,
            issued INTEGER NOT NULL
        ) STRICT)",
        "CREATE INDEX access_tokens_of_grant ON access_tokens(grant_id, created_at)",

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

        // The vault itself says which key opens it: without the settings file it must not look for
        // another.
        R"(CREATE TABLE meta (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            instance TEXT NOT NULL,
            key_number INTEGER NOT NULL,
            key_entry TEXT NOT NULL,
            key_check BLOB,
            key_since INTEGER NOT NULL,
            spare_entries TEXT NOT NULL
        ) STRICT)",

        R"(CREATE TABLE sessions (
            id_hash BLOB PRIMARY KEY NOT NULL,
            grant_id TEXT NOT NULL REFERENCES grants(id) ON DELETE CASCADE,
            revision BLOB NOT NULL,
            client_info TEXT,
            client_capabilities TEXT NOT NULL,
            state TEXT NOT NULL,
            created_at INTEGER NOT NULL,
            last_seen_at INTEGER NOT NULL,
            log_level INTEGER NOT NULL
        ) STRICT)",
        "CREATE INDEX sessions_of_grant ON sessions(grant_id)",

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
    };
    QStringList all;
    for (const char *statement : statements)
        all << QString::fromLatin1(statement);
    return all + auditlog::tables();
}

} // namespace flaredeck::store

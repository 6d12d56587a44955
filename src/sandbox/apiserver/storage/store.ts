/**
 * The file under the API server: SQLite, one transaction per group of writes. The only file that imports libsql.
 * Without a folder the same SQL runs in memory. Secrets lie in the file as they are: it is made with mode 0600 in a
 * folder of mode 0700.
 */
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import type Database from 'libsql';
import { ConflictError, PermanentError } from '../../../errors/classes.js';
import type { KubeObject } from '../types.js';
import type { Change } from './change.js';
import { jsonOf } from './json-text.js';
import { type HistoryRow, readHistory } from './stored-history.js';

const FILE = 'cluster.sqlite';
const SCHEMA_VERSION = 1;
/** A new store does not start at zero: small versions are what nobody has seen, and are too old to watch from. */
const FIRST_VERSION = 100;
const TABLES = `
  CREATE TABLE IF NOT EXISTS objects (resource TEXT, key TEXT, version INTEGER, json TEXT, PRIMARY KEY (resource, key));
  CREATE TABLE IF NOT EXISTS history (version INTEGER PRIMARY KEY, type TEXT, resource TEXT, key TEXT, json TEXT, previous TEXT);
  CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value INTEGER);
`;

/** Everything read at start. */
export interface Loaded {
  readonly version: number;
  readonly objects: readonly { readonly resource: string; readonly key: string; readonly object: KubeObject }[];
  readonly history: readonly Change[];
}

export interface Store {
  load(): Loaded;
  /** Make changes durable, all or none. @throws when the disk refuses; nothing is stored then. */
  append(changes: readonly Change[]): void;
  /** Forget history up to and including a version. */
  trim(version: number): void;
  close(): void;
}

/**
 * Open the store of a data folder, or one in memory.
 * @throws ConflictError STORE_LOCKED when another process has it · PermanentError STORE_DAMAGED when it is not sound
 */
export async function openStore(dataDir: string | undefined): Promise<Store> {
  const { default: Sqlite } = await import('libsql');
  if (dataDir === undefined) return new SqliteStore(prepare(new Sqlite(':memory:')));
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const file = join(dataDir, FILE);
  closeSync(openSync(file, 'a', 0o600)); // SQLite gives its journal the mode of the file it finds
  return guarded(dataDir, () => new SqliteStore(prepare(new Sqlite(file))));
}

function prepare(database: Database.Database): Database.Database {
  database.pragma('locking_mode = EXCLUSIVE');
  checkSound(database);
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = FULL');
  database.exec('BEGIN IMMEDIATE');
  database.exec(TABLES);
  database.prepare("INSERT OR IGNORE INTO meta VALUES ('schema', ?)").run(SCHEMA_VERSION);
  database.exec('COMMIT');
  return database;
}

/** Before anything is written: a damaged file stays as it is found. */
function checkSound(database: Database.Database): void {
  const [row] = database.prepare('PRAGMA quick_check(1)').all() as { quick_check?: string }[];
  if (row?.quick_check !== 'ok') throw new Error(`malformed: ${row?.quick_check ?? 'no answer'}`);
}

/** Say which of the two refusals it was; anything else (no such folder, no permission) goes through as it is. */
function guarded<T>(dataDir: string, open: () => T): T {
  try {
    return open();
  } catch (error) {
    const text = String(error);
    const context = { dataDir };
    if (/SQLITE_BUSY|database is locked/i.test(text)) {
      throw new ConflictError('STORE_LOCKED', `opening the data directory ${dataDir}`, { context, cause: error });
    }
    if (/malformed|not a database|SQLITE_CORRUPT|SQLITE_NOTADB|disk image|JSON/i.test(text)) {
      throw new PermanentError('STORE_DAMAGED', `reading the data directory ${dataDir}`, { context, cause: error });
    }
    throw error;
  }
}

interface ObjectRow {
  readonly resource: string;
  readonly key: string;
  readonly json: string;
}

class SqliteStore implements Store {
  readonly #database: Database.Database;
  readonly #loaded: Loaded;
  readonly #put: Database.Statement;
  readonly #remove: Database.Statement;
  readonly #remember: Database.Statement;
  readonly #count: Database.Statement;

  constructor(database: Database.Database) {
    this.#database = database;
    this.#loaded = read(database);
    this.#put = database.prepare('INSERT OR REPLACE INTO objects VALUES (?, ?, ?, ?)');
    this.#remove = database.prepare('DELETE FROM objects WHERE resource = ? AND key = ?');
    this.#remember = database.prepare(
      'INSERT INTO history SELECT ?, ?, ?, ?, ?, (SELECT json FROM objects WHERE resource = ? AND key = ?)',
    );
    this.#count = database.prepare("INSERT OR REPLACE INTO meta VALUES ('version', ?)");
  }

  load(): Loaded {
    return this.#loaded;
  }

  append(changes: readonly Change[]): void {
    const last = changes.at(-1);
    if (last === undefined) return;
    this.#database.exec('BEGIN');
    try {
      for (const change of changes) this.#write(change);
      this.#count.run(last.version);
      this.#database.exec('COMMIT');
    } catch (error) {
      if (this.#database.inTransaction) this.#database.exec('ROLLBACK');
      throw error;
    }
  }

  /** What the object was before is copied from its row, before that changes: it need not be made into text again. */
  #write({ version, type, resource, key, object }: Change): void {
    const isDeletion = type === 'DELETED';
    const json = jsonOf(object);
    this.#remember.run(version, type, resource, key, isDeletion ? json : null, resource, key);
    if (isDeletion) this.#remove.run(resource, key);
    else this.#put.run(resource, key, version, json);
  }

  trim(version: number): void {
    this.#database.prepare('DELETE FROM history WHERE version <= ?').run(version);
  }

  /** The library keeps the connection until its statements are collected: give the lock back by hand. */
  close(): void {
    this.#database.pragma('journal_mode = DELETE');
    this.#database.pragma('locking_mode = NORMAL');
    this.#database.prepare('SELECT count(*) FROM meta').all();
    this.#database.close();
  }
}

function read(database: Database.Database): Loaded {
  const rows = database.prepare('SELECT resource, key, json FROM objects').all() as ObjectRow[];
  const objects = rows.map(({ resource, key, json }) => ({ resource, key, object: JSON.parse(json) as KubeObject }));
  const [counter] = database.prepare("SELECT value FROM meta WHERE name = 'version'").all() as { value: number }[];
  return { version: counter?.value ?? FIRST_VERSION, objects, history: readHistory(newestFirst(database), objects) };
}

const newestFirst = (database: Database.Database): HistoryRow[] =>
  database.prepare('SELECT * FROM history ORDER BY version DESC').all() as HistoryRow[];

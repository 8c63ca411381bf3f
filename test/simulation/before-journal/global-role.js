// The role of the global object as it was before it had a journal, bundled. It stays
// as it is: a storage that it wrote is to be brought forward, and a rollback is to find
// all counts.

// templates/runtime/kv/kv.ts
function kvKey(kvPrefix) {
  return `${kvPrefix}~counters`;
}
function manifestText(pages) {
  return JSON.stringify(pages);
}
function kvProblem(error) {
  return {
    code: "kv-unavailable",
    status: 503,
    title: "KV did not take the totals",
    detail: `The totals are right, and KV will be written to again until it takes them (${error})`,
    retryAfter: 5
  };
}

// templates/runtime/object/backoff.ts
var BASE_MS = 500;
var LONGEST_MS = 6e4;
function backoff(failures, random) {
  const full = Math.min(BASE_MS * 2 ** (failures - 1), LONGEST_MS);
  return Math.round(full / 2 + random * full / 2);
}

// templates/runtime/object/alarm.ts
var LATE_MS = 6e4;
var PAUSE_MS = 1e3;
var Alarm = class {
  #host;
  #at = "unknown";
  /** Settles once the alarm is set to `#at`; never rejects. */
  #setting = Promise.resolve();
  constructor(host) {
    this.#host = host;
  }
  /** Rings at `at` at the latest; whenever it likes, if nothing is due. */
  ringBy(at) {
    if (at === void 0) return;
    const now = this.#host.now();
    const by = Math.max(at, now);
    const set = this.#at;
    if (typeof set !== "number" || by < set || set < now - LATE_MS)
      void this.ringAt(by);
  }
  /** Rings at `at`, or not at all; resolves once that is set. Never throws. */
  ringAt(at) {
    if (at !== this.#at) {
      this.#at = at;
      this.#setting = this.#set(at);
    }
    return this.#setting;
  }
  /**
   * To be called when it rings: the platform has cleared it then. Pauses if it
   * rang before the moment it was set to. Where the platform's clock is ahead of
   * the object's, it would else ring, be set to the same moment and ring again,
   * thousands of times.
   *
   * @param dueAt the time at which there is something to do
   * @returns the time, the pause included: the clock may stand still
   */
  async rang(dueAt2) {
    const now = this.#host.now();
    const isEarly = typeof this.#at === "number" && this.#at > now;
    this.#at = void 0;
    const left = (dueAt2 ?? now) - now;
    if (!isEarly || left <= 0) return now;
    const pause = Math.min(left, PAUSE_MS);
    await this.#host.wait(pause);
    return Math.max(now + pause, this.#host.now());
  }
  /** Tries again until it is set, or is to be set otherwise: a disk may be full. */
  async #set(at) {
    for (let failures = 1; this.#at === at; failures++)
      try {
        return await this.#host.setAlarm(at);
      } catch {
        await this.#host.wait(backoff(failures, this.#host.random()));
      }
  }
};

// templates/runtime/log.ts
function errorText(error) {
  return error instanceof SyntaxError ? error.name : String(error);
}

// templates/runtime/object/failure-storage.ts
var FailureStorage = class {
  #sql;
  #row;
  /** The disk has not taken the row. */
  #isBehind = false;
  constructor({ sql }) {
    this.#sql = sql;
    const [row] = sql.exec("SELECT total, inRow, since FROM failures").toArray();
    this.#row = row ?? { total: 0, inRow: 0, since: null };
  }
  get counts() {
    const { total, inRow } = this.#row;
    return { total, inRow };
  }
  /** Counts a failure. */
  failed(now) {
    const { total, inRow, since } = this.#row;
    this.#write({ total: total + 1, inRow: inRow + 1, since: since ?? now });
  }
  /** Ends a row of failures: returns how many there were, and since when, if any. */
  succeeded() {
    const { total, inRow, since } = this.#row;
    if (since !== null || this.#isBehind)
      this.#write({ total, inRow: 0, since: null });
    return since === null ? void 0 : { failures: inRow, since };
  }
  /** Never throws. */
  #write(row) {
    this.#row = row;
    try {
      this.#sql.exec(
        "INSERT OR REPLACE INTO failures (id, total, inRow, since) VALUES (0, ?, ?, ?)",
        row.total,
        row.inRow,
        row.since
      );
      this.#isBehind = false;
    } catch {
      this.#isBehind = true;
    }
  }
};

// templates/runtime/object/health.ts
function age(since, now) {
  return Math.max(0, now - (since ?? now));
}

// templates/runtime/object/attempt-log.ts
var AttemptLog = class {
  #what;
  #storage;
  #host;
  constructor(what, database, host) {
    this.#what = what;
    this.#storage = new FailureStorage(database);
    this.#host = host;
  }
  get failures() {
    return this.#storage.counts;
  }
  /** One failed; the next one comes after so many milliseconds. */
  failed(error, retryInMs, details = {}) {
    this.#storage.failed(this.#host.now());
    this.#host.log("warn", `${this.#what}-failed`, {
      ...details,
      failures: this.failures.inRow,
      retryInMs,
      error: errorText(error)
    });
  }
  /** One succeeded. Costs nothing unless the one before failed. */
  succeeded(details = {}) {
    const before = this.#storage.succeeded();
    if (!before) return;
    this.#host.log("info", `${this.#what}-recovered`, {
      ...details,
      failures: before.failures,
      afterMs: age(before.since, this.#host.now())
    });
  }
};

// templates/runtime/object/migrations.ts
function migrate(database, room, migrations) {
  const { sql } = database;
  sql.exec(`
		CREATE TABLE IF NOT EXISTS migrations (
			room TEXT NOT NULL,
			id INTEGER NOT NULL,
			PRIMARY KEY (room, id)
		) WITHOUT ROWID
	`);
  const rows = sql.exec("SELECT id FROM migrations WHERE room = ?", room).raw();
  const applied = new Set([...rows].map(([id]) => id));
  const pending = migrations.filter(({ id }) => !applied.has(id));
  if (pending.length === 0) return;
  database.transactionSync(() => {
    for (const migration of pending) {
      sql.exec(migration.sql);
      sql.exec(
        "INSERT INTO migrations (room, id) VALUES (?, ?)",
        room,
        migration.id
      );
    }
  });
}

// templates/runtime/names.ts
function compareNames(a, b) {
  const shorter = Math.min(a.length, b.length);
  for (let n = 0; n < shorter; n++) {
    const [x, y] = [a.charCodeAt(n), b.charCodeAt(n)];
    if (x !== y) return rank(x) - rank(y);
  }
  return a.length - b.length;
}
function rank(unit) {
  return unit >= 55296 && unit < 57344 ? unit + 65536 : unit;
}

// templates/runtime/paging.ts
function firstOf(entries, limit) {
  if (entries.length <= limit) return { entries };
  return { entries: entries.slice(0, limit), last: entries[limit - 1]?.[0] };
}

// templates/runtime/protocol.ts
var PROTOCOL_VERSION = 1;
var MAX_BATCH_CHARACTERS = 8e6;
function addUp(lists) {
  const sums = /* @__PURE__ */ new Map();
  for (const entries of lists)
    for (const [name, value] of entries)
      sums.set(name, (sums.get(name) ?? 0) + value);
  return [...sums];
}
function volumeOf(entries) {
  return entries.reduce((sum, [, value]) => sum + Math.abs(value), 0);
}
function sizeOf(entries) {
  return entries.reduce((sum, [name]) => sum + entrySizeOf(name), 0);
}
function entrySizeOf(name) {
  return name.length + 24;
}

// templates/runtime/settings.ts
function allShards({
  shardCount,
  shardCounts
}) {
  return Math.max(shardCount, ...shardCounts);
}

// templates/runtime/object/deadline.ts
var RPC_TIMEOUT_MS = 1e4;
async function withDeadline(host, call, ms = RPC_TIMEOUT_MS) {
  const settled = new AbortController();
  const tooLate = host.wait(ms, settled.signal).then(() => {
    throw new Error(`no answer within ${ms} ms`);
  });
  try {
    return await Promise.race([call, tooLate]);
  } finally {
    settled.abort();
  }
}

// templates/runtime/global/every-shard.ts
var FAN_OUT_TIMEOUT_MS = 3 * RPC_TIMEOUT_MS;
var SHARDS_AT_ONCE = 64;
async function everyShard(host, shards, ask, timeoutMs = FAN_OUT_TIMEOUT_MS) {
  const answers = [];
  const unreachable = [];
  const ended = new AbortController();
  let isOver = false;
  const over = host.wait(timeoutMs, ended.signal).then(() => {
    isOver = true;
    throw new Error(`no answer within ${timeoutMs} ms`);
  });
  over.catch(() => {
  });
  const queue = shards.values();
  const lane = async () => {
    for (const shard of queue)
      try {
        if (isOver) throw new Error("other shards took all the time");
        answers.push([shard, await Promise.race([ask(shard), over])]);
      } catch (error) {
        unreachable.push(shard);
        host.log("warn", "shard-unreachable", {
          shard,
          error: errorText(error)
        });
      }
  };
  await Promise.all(Array.from({ length: SHARDS_AT_ONCE }, lane));
  ended.abort();
  return {
    answers: answers.sort(([a], [b]) => a - b),
    unreachable: unreachable.sort((a, b) => a - b).map((n) => `shard${n}`)
  };
}
function shardUnreachable(unreachable, known) {
  return {
    problem: {
      code: "shard-unreachable",
      status: 503,
      title: "A shard could not be reached",
      detail: `No answer from ${unreachable.join(", ")}; nothing was changed. Try again in a few seconds`,
      retryAfter: 5,
      extra: { unreachable, ...known && { known } }
    }
  };
}

// templates/runtime/global/exact.ts
function exactTotals(totals, shards) {
  const sums = addUp([totals, ...shards.flatMap(missing)]);
  sums.sort(([a], [b]) => compareNames(a, b));
  return sums.map(([name, sum]) => [
    name,
    Math.max(Number.MIN_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, sum))
  ]);
}
function missing({ holdings, applied }) {
  const { seq, sealed, pending } = holdings;
  if (applied < seq) return [sealed, pending];
  return applied === seq ? [pending] : [];
}

// templates/runtime/global/fan-out.ts
var MAX_EXACT_ENTRIES = 2e5;
var MAX_IN_FLIGHT_CHARACTERS = 2 * MAX_BATCH_CHARACTERS;
var FanOut = class {
  #settings;
  #storage;
  #host;
  constructor(settings, storage, host) {
    this.#settings = settings;
    this.#storage = storage;
    this.#host = host;
  }
  /** See `GlobalRole.exact`. */
  async exact(part) {
    const asOf = this.#host.now();
    const { from } = part;
    const most = MAX_EXACT_ENTRIES / (2 * Math.max(1, this.#storage.shards().length));
    const limit = Math.max(1, Math.min(part.limit, Math.floor(most)));
    const end = this.#storage.lastOf(part, limit);
    const range = { from, to: end ?? part.to };
    const { answers, unreachable } = await this.#everyShard(
      (shard) => this.#host.holdings(shard, range)
    );
    const all = exactTotals(
      this.#storage.totals(range),
      answers.map(([shard, holdings]) => ({
        holdings,
        applied: this.#storage.applied(shard, holdings.epoch)
      }))
    );
    const { entries, last = end } = firstOf(all, limit);
    if (unreachable.length === 0) return { entries, asOf, last };
    return shardUnreachable(unreachable, Object.fromEntries(entries));
  }
  /** See `GlobalRole.shards`. */
  async holdings() {
    const calls = Math.min(SHARDS_AT_ONCE, this.#storage.shards().length);
    let room = MAX_BATCH_CHARACTERS;
    const { answers, unreachable } = await this.#everyShard(async (shard) => {
      const most = Math.max(
        0,
        Math.min(room, Math.floor(MAX_IN_FLIGHT_CHARACTERS / calls))
      );
      const { sealed, pending, omitted } = await this.#host.holdings(
        shard,
        void 0,
        most
      );
      const entries = addUp([sealed, pending]);
      room -= omitted === void 0 ? sizeOf(entries) : Infinity;
      return {
        count: omitted ?? entries.length,
        // Past the bound only numbers are kept.
        entries: room < 0 ? [] : entries
      };
    });
    if (room < 0)
      return tooMuchHeld(
        byShard(answers, ({ count }) => count),
        unreachable
      );
    if (unreachable.length > 0)
      return shardUnreachable(
        unreachable,
        byShard(answers, ({ entries }) => Object.fromEntries(entries))
      );
    const [last = -1] = [...answers].reverse().find(
      ([shard, { count }]) => count > 0 || this.#storage.hasBatchesOf(shard)
    ) ?? [];
    const holdings = new Map(answers);
    return Array.from(
      { length: Math.max(this.#settings.shardCount, last + 1) },
      (_, shard) => holdings.get(shard)?.entries ?? []
    );
  }
  /**
   * Has every shard flush all, and forget that one counter or, without a name,
   * all are registered; answers a refusal if a shard cannot be reached.
   */
  async drain(name) {
    const { unreachable } = await this.#everyShard(
      (shard) => this.#host.drain(shard, name ?? true)
    );
    return unreachable.length > 0 ? shardUnreachable(unreachable) : void 0;
  }
  #everyShard(ask) {
    return everyShard(this.#host, this.#storage.shards(), ask);
  }
};
function byShard(answers, show) {
  return Object.fromEntries(
    answers.map(([shard, answer]) => [`shard${shard}`, show(answer)])
  );
}
function tooMuchHeld(held, unreachable) {
  return {
    problem: {
      code: "too-much-held",
      status: 503,
      title: "The shards hold too much for one answer",
      detail: "Ask for /shard/:n/counters, one shard after the other; `held` says how many counts each holds. Once they have flushed, all fit into one answer again",
      retryAfter: 5,
      extra: { held, unreachable }
    }
  };
}

// templates/runtime/global/refusal-storage.ts
var RefusalStorage = class {
  #sql;
  constructor({ sql }) {
    this.#sql = sql;
  }
  /** @param counts requests by code */
  add(counts) {
    this.#sql.exec(
      `INSERT INTO refusals (code, requests)
			SELECT key, value FROM json_each(?) WHERE true
			ON CONFLICT DO UPDATE SET requests = requests + excluded.requests`,
      JSON.stringify(counts)
    );
  }
  /** Requests by code, since the totals began. */
  all() {
    const rows = this.#sql.exec("SELECT code, requests FROM refusals ORDER BY code").raw();
    return Object.fromEntries(rows);
  }
};

// templates/runtime/global/health.ts
var HEALTH_TIMEOUT_MS = 5e3;
var GlobalHealth = class {
  #settings;
  #storage;
  #attempts;
  #refusals;
  #host;
  #gathering;
  constructor(settings, database, storage, attempts, host) {
    this.#settings = settings;
    this.#storage = storage;
    this.#attempts = attempts;
    this.#refusals = new RefusalStorage(database);
    this.#host = host;
  }
  /** Adds up increment requests that were refused, by the code of the problem. */
  refused(requests) {
    this.#refusals.add(requests);
    this.#host.log("info", "requests-refused", { requests });
  }
  /** Asks every shard; who calls meanwhile waits for the same answers. */
  gather() {
    this.#gathering ??= this.#gather().finally(() => {
      this.#gathering = void 0;
    });
    return this.#gathering;
  }
  /** Reports what it knows of itself, without any shard. */
  own() {
    const { totals, publication } = this.#storage;
    const { writes, since } = publication.unpublished(totals.written);
    return {
      counters: totals.names,
      refusals: this.#refusals.all(),
      kv: {
        publications: publication.publications(),
        failures: this.#attempts.failures,
        unpublished: writes,
        lag: age(since, this.#host.now())
      }
    };
  }
  async #gather() {
    const { totals } = this.#storage;
    const host = this.#host;
    const { answers } = await everyShard(
      host,
      totals.shards(),
      (shard) => host.health(shard),
      HEALTH_TIMEOUT_MS
    );
    const health = new Map(answers);
    return {
      ...this.own(),
      maxCounters: this.#settings.maxCounters,
      shards: totals.shardRows.all().map((stats) => ({
        ...stats,
        health: health.get(stats.shard)
      }))
    };
  }
};

// templates/runtime/global/page-storage.ts
var RANGE = `name >= ?1
	AND name < COALESCE((SELECT MIN(first) FROM pages WHERE first > ?1), x'')
	AND total IS NOT NULL`;
var CHANGED = "key IS NULL OR dirty = 1";
var TEXT = `(SELECT '{' || COALESCE(group_concat(json_quote(name) || ':' || total), '') || '}'
	FROM (SELECT name, total FROM counters WHERE ${RANGE} ORDER BY name))`;
var PageStorage = class {
  #sql;
  /** Start of the keys of pages. */
  #prefix;
  /** @param key the namespace's */
  constructor({ sql }, key) {
    this.#sql = sql;
    this.#prefix = `${key}~`;
  }
  /**
   * The totals of some names change.
   *
   * @param entries JSON: a list of lists that begin with a name
   */
  touch(entries) {
    this.#sql.exec(
      `UPDATE pages SET dirty = 1 WHERE dirty = 0 AND key IS NOT NULL AND first IN (
				SELECT (SELECT MAX(first) FROM pages WHERE first <= value ->> 0)
				FROM json_each(?))`,
      entries
    );
  }
  /** All totals change. */
  touchAll() {
    this.#sql.exec(
      "UPDATE pages SET dirty = 1 WHERE dirty = 0 AND key IS NOT NULL"
    );
  }
  /**
   * Divides the totals as they are now, and keeps the texts of the pages that
   * KV does not have. To be called in a transaction.
   *
   * @param version makes the keys of this publication unlike any other's
   * @returns the text of all totals if they fit into one page
   */
  stage(version2, pageBytes) {
    for (const first of this.#firsts(CHANGED)) this.#divide(first, pageBytes);
    const pages = this.#firsts("true");
    if (pages.length === 1) {
      this.#retire("");
      this.#sql.exec(
        "UPDATE pages SET key = NULL, dirty = 0 WHERE dirty = 1 OR key IS NOT NULL"
      );
      return this.#sql.exec(`SELECT ${TEXT} AS text`, "").one().text;
    }
    for (const [n, first] of this.#firsts(CHANGED).entries()) {
      const key = `${this.#prefix}${version2}.${n}`;
      this.#retire(first);
      this.#sql.exec(
        `INSERT INTO staged (key, text) VALUES (?2, ${TEXT})`,
        first,
        key
      );
      this.#sql.exec(
        "UPDATE pages SET key = ?, dirty = 0 WHERE first = ?",
        key,
        first
      );
    }
    return void 0;
  }
  /**
   * Has nothing to do with the keys of another prefix any more: readers there
   * go on, so their pages stay until that prefix is published to again.
   *
   * @returns true if there were any
   */
  leave() {
    const others = "key IS NOT NULL AND substr(key, 1, length(?1)) <> ?1";
    this.#sql.exec(
      `INSERT INTO stale (key) SELECT key FROM pages WHERE ${others}`,
      this.#prefix
    );
    this.#sql.exec(`DELETE FROM staged WHERE ${others}`, this.#prefix);
    const { rowsWritten } = this.#sql.exec(
      `UPDATE pages SET key = NULL WHERE ${others}`,
      this.#prefix
    );
    return rowsWritten > 0;
  }
  /** Some of the pages that KV does not have yet. */
  staged(limit) {
    return [
      ...this.#sql.exec("SELECT key, text FROM staged LIMIT ?", limit).raw()
    ].map(([key, text]) => ({ key, text }));
  }
  /** KV has that page. */
  put(key) {
    this.#sql.exec("DELETE FROM staged WHERE key = ?", key);
  }
  /** All pages, in the order of their names. */
  names() {
    return [
      ...this.#sql.exec("SELECT first, key FROM pages ORDER BY first").raw()
    ].map(([first, key]) => ({ first, key }));
  }
  /** Lets pages go at `until` that the new publication does not name. */
  published(until) {
    this.#sql.exec(
      "UPDATE stale SET until = ?2 WHERE until IS NULL AND substr(key, 1, length(?1)) = ?1",
      this.#prefix,
      until
    );
  }
  /** No key is kept any longer. */
  keepUntil(until) {
    this.#sql.exec("UPDATE stale SET until = ?1 WHERE until > ?1", until);
  }
  /** Keys that may be deleted now. */
  stale(now, limit) {
    return [
      ...this.#sql.exec("SELECT key FROM stale WHERE until <= ? LIMIT ?", now, limit).raw()
    ].map(([key]) => key);
  }
  /** Finds when the first key may be deleted. */
  staleAt() {
    const { at } = this.#sql.exec("SELECT MIN(until) AS at FROM stale").one();
    return at ?? void 0;
  }
  /** KV does not have that key any more. */
  deleted(key) {
    this.#sql.exec("DELETE FROM stale WHERE key = ?", key);
  }
  #firsts(where) {
    return [
      ...this.#sql.exec(`SELECT first FROM pages WHERE ${where} ORDER BY first`).raw()
    ].map(([first]) => first);
  }
  /** Halves a page until every part fits; one without totals disappears. */
  #divide(first, pageBytes) {
    const { names, size } = this.#sql.exec(
      `SELECT COUNT(*) AS names,
					TOTAL(octet_length(json_quote(name)) + length(total) + 2) AS size
				FROM counters WHERE ${RANGE}`,
      first
    ).one();
    if (names === 0 && first !== "") {
      this.#retire(first);
      this.#sql.exec("DELETE FROM pages WHERE first = ?", first);
      return;
    }
    if (size <= pageBytes || names < 2) return;
    const { name: middle } = this.#sql.exec(
      `SELECT name FROM counters WHERE ${RANGE} ORDER BY name LIMIT 1 OFFSET ?2`,
      first,
      names >> 1
    ).one();
    this.#sql.exec("INSERT INTO pages (first, dirty) VALUES (?, 0)", middle);
    this.#divide(first, pageBytes);
    this.#divide(middle, pageBytes);
  }
  /** The key of a page will not be named again. */
  #retire(first) {
    this.#sql.exec(
      "INSERT INTO stale (key) SELECT key FROM pages WHERE first = ? AND key IS NOT NULL",
      first
    );
    this.#sql.exec(
      "DELETE FROM staged WHERE key = (SELECT key FROM pages WHERE first = ?)",
      first
    );
  }
};

// templates/runtime/global/publication-storage.ts
var PublicationStorage = class {
  #database;
  #sql;
  #pages;
  #kvPrefix;
  /** @param kvPrefix the prefix that it publishes under */
  constructor(database, pages, kvPrefix) {
    this.#kvPrefix = kvPrefix;
    this.#database = database;
    this.#sql = database.sql;
    this.#pages = pages;
  }
  /** Publications that KV took. */
  publications() {
    return this.#sql.exec("SELECT publications FROM unpublished").one().publications;
  }
  /** Notes a shard write. Costs a row only if it is the first one. */
  markDirty(now) {
    this.#sql.exec("UPDATE unpublished SET since = ? WHERE since IS NULL", now);
  }
  /** Notes a reset, which must not wait for a threshold. */
  markUrgent(now) {
    this.#sql.exec(
      "UPDATE unpublished SET settled = settled - 1, since = COALESCE(since, ?), urgent = 1",
      now
    );
  }
  /** @param written shard writes ever applied */
  unpublished(written) {
    const { settled, ...row } = this.#sql.exec("SELECT settled, since, urgent, triedAt FROM unpublished").one();
    return { ...row, writes: written - settled };
  }
  /** The snapshot that an earlier attempt began to bring in pages. */
  unfinished() {
    const { asOf, writes } = this.#sql.exec(
      "SELECT stagedAt AS asOf, stagedWrites AS writes FROM unpublished"
    ).one();
    return asOf === null ? void 0 : { asOf, writes, text: void 0 };
  }
  /**
   * The snapshot to publish: the one that an earlier attempt left unfinished,
   * or the totals as they are now.
   *
   * @param writes the shard writes that are unpublished now
   * @param version see {@link PageStorage.stage}
   */
  stage({ writes }, asOf, version2, pageBytes) {
    return this.#database.transactionSync(() => {
      const hasLeft = this.#pages.leave();
      const unfinished = hasLeft ? void 0 : this.unfinished();
      if (unfinished) return unfinished;
      const text = this.#pages.stage(version2, pageBytes);
      this.#sql.exec(
        "UPDATE unpublished SET stagedAt = ?1, stagedWrites = ?2 WHERE ?1 IS NOT stagedAt",
        text === void 0 ? asOf : null,
        writes
      );
      return { asOf, writes, text };
    });
  }
  /** Remembers an attempt, so that the pace also holds after a restart. */
  trying(now) {
    this.#sql.exec("UPDATE unpublished SET triedAt = ?", now);
  }
  /**
   * A snapshot is in KV now. Noting the prefix costs a row only if it is another.
   *
   * @param written shard writes ever applied
   * @param until the time from which pages that it does not name may be deleted
   */
  published({ asOf, writes }, written, until) {
    this.#database.transactionSync(() => {
      this.#sql.exec(
        `UPDATE unpublished SET
					since = IIF(settled + ?1 = ?2, NULL, ?3),
					urgent = IIF(settled + ?1 = ?2, 0, urgent),
					settled = settled + ?1,
					publications = publications + 1,
					stagedAt = NULL,
					stagedWrites = NULL`,
        writes,
        written,
        asOf
      );
      this.#sql.exec(
        `INSERT INTO published (id, kvPrefix) VALUES (0, ?)
				ON CONFLICT DO UPDATE SET kvPrefix = excluded.kvPrefix
					WHERE kvPrefix <> excluded.kvPrefix`,
        this.#kvPrefix
      );
      this.#pages.published(until);
    });
  }
  /** The prefix of the last publication, if there is one and it is known. */
  publishedUnder() {
    const [row] = this.#sql.exec("SELECT kvPrefix FROM published").toArray();
    return row?.kvPrefix;
  }
};

// templates/runtime/object/clock.ts
function dueAt(since, ms, now) {
  return since > now ? now : since + ms;
}

// templates/runtime/global/page-publisher.ts
var KV_TIMEOUT_MS = 6e4;
var PAGES_AT_ONCE = 4;
var MAX_DELETED_KEYS = 100;
var RETENTION_MS = 6e5;
var PagePublisher = class {
  #key;
  #storage;
  #host;
  /** Next moment at which there may be something to delete. */
  #deleteAt;
  constructor(kvPrefix, storage, host) {
    this.#key = kvKey(kvPrefix);
    this.#storage = storage;
    this.#host = host;
    this.#deleteAt = storage.staleAt();
  }
  get deleteAt() {
    return this.#deleteAt;
  }
  /**
   * Puts the pages that KV does not have. No reader sees them until the
   * manifest names them.
   */
  async putPages() {
    for (; ; ) {
      const pages = this.#storage.staged(PAGES_AT_ONCE);
      if (pages.length === 0) return;
      await this.#each(pages, async ({ key, text }) => {
        await this.#host.kv.put(key, text);
        this.#storage.put(key);
      });
    }
  }
  /** Puts what readers begin with: all totals, or the list of their pages. */
  async putTotals({ asOf, text }) {
    const { kv } = this.#host;
    const put = text === void 0 ? kv.put(this.#key, manifestText(this.#storage.names()), {
      asOf,
      isManifest: true
    }) : kv.put(this.#key, text, { asOf });
    await withDeadline(this.#host, put, KV_TIMEOUT_MS);
  }
  /** To be called when a publication was noted. */
  published() {
    this.#deleteAt = this.#storage.staleAt();
  }
  /** Deletes pages that were kept long enough. Never throws: it tries later. */
  async deleteStale() {
    const now = this.#host.now();
    if (this.#deleteAt === void 0) return;
    if (this.#deleteAt > now + RETENTION_MS) {
      this.#storage.keepUntil(now + RETENTION_MS);
      this.#deleteAt = this.#storage.staleAt();
      return;
    }
    if (this.#deleteAt > now) return;
    const keys = this.#storage.stale(now, MAX_DELETED_KEYS);
    try {
      for (let n = 0; n < keys.length; n += PAGES_AT_ONCE)
        await this.#each(keys.slice(n, n + PAGES_AT_ONCE), async (key) => {
          await this.#host.kv.delete(key);
          this.#storage.deleted(key);
        });
      this.#deleteAt = this.#storage.staleAt();
    } catch (error) {
      this.#deleteAt = this.#host.now() + KV_TIMEOUT_MS;
      this.#host.log("warn", "delete-failed", { error: errorText(error) });
    }
  }
  /** Does it to all at once; throws, if any failed, once all have ended. */
  async #each(items, run) {
    const results = await Promise.allSettled(
      items.map((item) => withDeadline(this.#host, run(item), KV_TIMEOUT_MS))
    );
    for (const result of results)
      if (result.status === "rejected") throw result.reason;
  }
};

// templates/runtime/global/publisher.ts
var KV_PACE_MS = 1e3;
var Publisher = class {
  #settings;
  #storage;
  #host;
  #pages;
  #alarm;
  #attempts;
  /**
   * The current key may lack what was published under another prefix, or a
   * publication was begun that nobody has ended.
   */
  #mustPublish;
  #failures = 0;
  /** Moment of the last failure, and milliseconds until the next attempt. */
  #failedAt = 0;
  #retryAfter = 0;
  #publishing;
  constructor(settings, storage, attempts, alarm, host) {
    const { kvPrefix } = settings;
    this.#settings = settings;
    this.#storage = storage;
    this.#host = host;
    this.#pages = new PagePublisher(kvPrefix, storage.pages, host);
    this.#alarm = alarm;
    this.#attempts = attempts;
    const { triedAt } = this.#unpublished();
    this.#mustPublish = triedAt > 0 && storage.publication.publishedUnder() !== kvPrefix || storage.publication.unfinished() !== void 0;
    this.arm();
  }
  /** Publishes now, as soon as KV's pace allows. */
  async publish() {
    await this.#publishing?.catch(() => {
    });
    if (this.#storage.publication.unfinished())
      await this.#publish("requestWrite");
    await this.#publish("requestWrite");
  }
  /** To be called when totals changed. */
  arm() {
    this.#alarm.ringBy(this.nextAt());
  }
  /**
   * The alarm rang: publishes what is due, deletes what is no longer read. Never
   * throws.
   */
  async rang(now) {
    if ((this.#dueAt(now) ?? Infinity) <= now)
      await this.#publish(this.#reason()).catch(() => {
      });
    await this.#pages.deleteStale();
  }
  /** Publishes, or joins the publication that is under way. */
  #publish(reason) {
    this.#publishing ??= this.#put(reason).catch((error) => {
      this.#failed(error);
      throw error;
    }).finally(() => {
      this.#publishing = void 0;
      this.arm();
    });
    return this.#publishing;
  }
  async #put(reason) {
    const { publication, totals, log } = this.#storage;
    const { triedAt } = this.#unpublished();
    const early = triedAt + KV_PACE_MS - this.#host.now();
    if (early > 0) await this.#host.wait(Math.min(early, KV_PACE_MS));
    const now = this.#host.now();
    const snapshot = publication.stage(
      this.#unpublished(),
      now,
      version(now, this.#host.random()),
      this.#host.pageBytes
    );
    await this.#pages.putPages();
    publication.trying(this.#host.now());
    await this.#pages.putTotals(snapshot);
    publication.published(
      snapshot,
      totals.written,
      this.#host.now() + RETENTION_MS
    );
    this.#pages.published();
    log.append({
      cmd: "writeToKV",
      event: reason,
      shardName: "global",
      entries: [],
      timestamp: snapshot.asOf
    });
    this.#failures = 0;
    this.#retryAfter = 0;
    this.#mustPublish = false;
    this.#attempts.succeeded();
    this.#host.log("debug", "published", () => ({
      asOf: snapshot.asOf,
      writes: snapshot.writes,
      inPages: snapshot.text === void 0
    }));
  }
  #unpublished() {
    const { publication, totals } = this.#storage;
    return publication.unpublished(totals.written);
  }
  #failed(error) {
    this.#failures++;
    this.#mustPublish = true;
    const wait = Math.max(
      KV_PACE_MS,
      backoff(this.#failures, this.#host.random())
    );
    this.#failedAt = this.#host.now();
    this.#retryAfter = wait;
    this.#attempts.failed(error, wait);
  }
  #isFull() {
    const { writes, urgent } = this.#unpublished();
    return urgent === 1 || writes >= this.#settings.globalMinWritesToKV;
  }
  #reason() {
    return this.#isFull() ? "exceedMaxRequest" : "afterNoRequest";
  }
  /** Finds when there is something to do. */
  nextAt() {
    const at = Math.min(
      this.#dueAt() ?? Infinity,
      this.#pages.deleteAt ?? Infinity
    );
    return at === Infinity ? void 0 : at;
  }
  /** Finds when KV must be written to: never before its pace allows. */
  #dueAt(now = this.#host.now()) {
    const { globalWriteToKVAfter } = this.#settings;
    const { since, triedAt } = this.#unpublished();
    const earliest = Math.max(
      dueAt(triedAt, KV_PACE_MS, now),
      dueAt(this.#failedAt, this.#retryAfter, now)
    );
    if (this.#mustPublish) return earliest;
    if (since === null) return;
    if (this.#isFull()) return Math.max(dueAt(since, 0, now), earliest);
    return globalWriteToKVAfter > 0 ? Math.max(dueAt(since, globalWriteToKVAfter, now), earliest) : void 0;
  }
};
function version(now, random) {
  return `${now.toString(36)}-${random.toString(36).slice(2, 10)}`;
}

// templates/runtime/global/schema.ts
var GLOBAL_SCHEMA = [
  {
    id: 1,
    description: "Totals, what shards brought, and publications to KV",
    sql: `
			-- A row a name.
			CREATE TABLE counters (
				name TEXT PRIMARY KEY,
				total INTEGER -- NULL while it is registered only
			) WITHOUT ROWID;

			-- A row a shard with epoch 0, and one for each epoch that brought a batch.
			CREATE TABLE shards (
				shard INTEGER NOT NULL,
				epoch INTEGER NOT NULL,
				seq INTEGER NOT NULL, -- its last batch in the totals
				written INTEGER NOT NULL, -- the number of that one among all writes
				flushes INTEGER NOT NULL,
				requests INTEGER NOT NULL,
				volume REAL NOT NULL, -- sum of the absolute deltas
				PRIMARY KEY (shard, epoch)
			) WITHOUT ROWID;

			-- Increment requests that were refused, by the code of the problem.
			CREATE TABLE refusals (
				code TEXT PRIMARY KEY,
				requests INTEGER NOT NULL
			) WITHOUT ROWID;

			-- The totals in parts, each from its first name to the next page's.
			CREATE TABLE pages (
				first TEXT PRIMARY KEY,
				key TEXT, -- in KV; NULL while the page has none
				dirty INTEGER NOT NULL -- 1: totals changed since it was staged
			) WITHOUT ROWID;
			INSERT INTO pages (first, dirty) VALUES ('', 0);

			-- Pages that KV does not have yet.
			CREATE TABLE staged (
				key TEXT PRIMARY KEY,
				text TEXT NOT NULL -- JSON: {name: total, \u2026}
			) WITHOUT ROWID;

			-- Keys of pages that no publication names any more.
			CREATE TABLE stale (
				key TEXT PRIMARY KEY,
				until INTEGER -- then it is deleted, ms since 1970; NULL: still named in KV
			) WITHOUT ROWID;

			-- One row: what KV does not have. Moments are ms since 1970.
			CREATE TABLE unpublished (
				id INTEGER PRIMARY KEY CHECK (id = 0),
				settled INTEGER NOT NULL, -- shard writes that KV has; a reset takes one away
				since INTEGER, -- first write that KV lacks
				urgent INTEGER NOT NULL, -- 1: not to wait for a threshold
				triedAt INTEGER NOT NULL,
				stagedAt INTEGER, -- moment of the snapshot that staged pages are of
				stagedWrites INTEGER, -- writes that it brings
				publications INTEGER NOT NULL -- that KV took
			);
			INSERT INTO unpublished (id, settled, urgent, triedAt, publications)
				VALUES (0, 0, 0, 0, 0);

			-- At most one row: the prefix of the last publication.
			CREATE TABLE published (
				id INTEGER PRIMARY KEY CHECK (id = 0),
				kvPrefix TEXT NOT NULL
			);

			-- At most one row: publications that failed.
			CREATE TABLE failures (
				id INTEGER PRIMARY KEY CHECK (id = 0),
				total INTEGER NOT NULL,
				inRow INTEGER NOT NULL, -- since the last success
				since INTEGER -- first of these, ms since 1970
			);
		`
  }
];

// templates/runtime/global/single-flight.ts
var MOST_QUESTIONS = 16;
var MOST_CALLERS = 100;
var SingleFlight = class {
  /** Questions that have not begun, by what they ask. */
  #waiting = /* @__PURE__ */ new Map();
  /** Settles when everything has ended; never rejects. */
  #last = Promise.resolve();
  #callers = 0;
  /**
   * Asks, in turn, or shares an asking that has not begun yet.
   *
   * @param question the key of callers who can share: of one question, every
   * `ask` must be alike
   * @param ask must end by itself: everything else waits for that
   * @returns a refusal (503, `busy`) if too much waits already
   * @throws what `ask` throws, to all who shared it
   */
  async share(question, ask) {
    const same = this.#waiting.get(question);
    if (this.#callers >= MOST_CALLERS) return busy;
    if (!same && this.#waiting.size >= MOST_QUESTIONS) return busy;
    this.#callers++;
    try {
      return await (same ?? this.#queue(question, ask));
    } finally {
      this.#callers--;
    }
  }
  #queue(question, ask) {
    const answer = this.#last.then(() => {
      this.#waiting.delete(question);
      return ask();
    });
    this.#waiting.set(question, answer);
    this.#last = answer.catch(() => {
    });
    return answer;
  }
};
var busy = {
  problem: {
    code: "busy",
    status: 503,
    title: "Too many wait for an answer of all shards",
    detail: "One question is put to all shards at a time, and as many callers wait as may. Nothing was changed; try again in a few seconds",
    retryAfter: 5
  }
};

// templates/runtime/object/database.ts
var MAX_TEXT_CHARACTERS = 6e5;
function jsonTexts(items) {
  if (items.length === 0) return [];
  const text = JSON.stringify(items);
  if (text.length <= MAX_TEXT_CHARACTERS || items.length === 1) return [text];
  const half = items.length >> 1;
  return [...jsonTexts(items.slice(0, half)), ...jsonTexts(items.slice(half))];
}

// templates/runtime/global/shard-rows.ts
var NO_EPOCH = 0;
var ShardRows = class {
  #sql;
  /**
   * @param shards the least number of shards, retired ones included: they may
   * have counted for a global object that lost its storage
   */
  constructor({ sql }, shards) {
    this.#sql = sql;
    sql.exec(
      `WITH RECURSIVE indices (shard) AS (
				SELECT 0 UNION ALL SELECT shard + 1 FROM indices WHERE shard + 1 < ?
			)
			INSERT OR IGNORE INTO shards
			SELECT shard, ${NO_EPOCH}, 0, 0, 0, 0, 0 FROM indices`,
      shards
    );
  }
  /** The number of the last write of any shard. */
  written() {
    return this.#sql.exec(
      "SELECT COALESCE(MAX(written), 0) AS written FROM shards"
    ).one().written;
  }
  /** The last batch of a shard's epoch that is in the totals; 0 before the first. */
  applied(shard, epoch) {
    const [row] = this.#sql.exec(
      "SELECT seq FROM shards WHERE shard = ? AND epoch = ?",
      shard,
      epoch
    ).toArray();
    return row?.seq ?? 0;
  }
  /** Tells whether any batch of a shard is in the totals. */
  hasBatches(shard) {
    return this.#sql.exec("SELECT 1 FROM shards WHERE shard = ? AND seq > 0 LIMIT 1", shard).toArray().length > 0;
  }
  /** A shard is known to hold counts from now on. */
  add(shard) {
    this.#sql.exec(
      `INSERT OR IGNORE INTO shards VALUES (?, ${NO_EPOCH}, 0, 0, 0, 0, 0)`,
      shard
    );
  }
  /** A batch is in the totals. Costs one row. */
  note(batch, written) {
    this.#sql.exec(
      `INSERT INTO shards VALUES (?, ?, ?, ?, 1, ?, ?) ON CONFLICT DO UPDATE SET
				seq = excluded.seq, written = excluded.written, flushes = flushes + 1,
				requests = requests + excluded.requests,
				volume = volume + excluded.volume`,
      batch.shard,
      batch.epoch,
      batch.seq,
      written,
      batch.requests,
      volumeOf(batch.entries)
    );
  }
  /** Sums up by shard, in their order, what is in the totals. */
  all() {
    return this.#sql.exec(
      `SELECT shard, SUM(flushes) AS flushes, SUM(requests) AS requests,
					SUM(volume) AS volume
				FROM shards GROUP BY shard ORDER BY shard`
    ).toArray();
  }
};

// templates/runtime/global/storage.ts
var MAX_TOTAL = Number.MAX_SAFE_INTEGER;
var MAX_REFUSED_NAMES = 11;
var IN_RANGE = "name >= ? AND name <= COALESCE(?, x'')";
var GlobalStorage = class {
  shardRows;
  #database;
  #sql;
  #pages;
  #publication;
  /** Shard writes ever applied. */
  #written;
  /** Number of names, once that was counted. */
  #names;
  /** @param shards the least number of shards: see {@link ShardRows} */
  constructor(database, pages, publication, shards) {
    this.shardRows = new ShardRows(database, shards);
    this.#database = database;
    this.#sql = database.sql;
    this.#pages = pages;
    this.#publication = publication;
    this.#written = this.shardRows.written();
  }
  /** Shard writes ever applied. */
  get written() {
    return this.#written;
  }
  /** Distinct names, those that are registered only included. */
  get names() {
    this.#names ??= this.#sql.exec("SELECT COUNT(*) AS names FROM counters").one().names;
    return this.#names;
  }
  /** The last batch of a shard's epoch that is in the totals; 0 before the first. */
  applied(shard, epoch) {
    return this.shardRows.applied(shard, epoch);
  }
  /** Tells whether any batch of a shard is in the totals. */
  hasBatchesOf(shard) {
    return this.shardRows.hasBatches(shard);
  }
  /** Adds a batch to the totals and remembers that it did, or neither. */
  apply(batch, now) {
    const written = this.#written + 1;
    let names = this.#names;
    this.#database.transactionSync(() => {
      for (const text of jsonTexts(batch.entries)) {
        if (names !== void 0) names += this.#countUnknown(text);
        this.#sql.exec(
          `INSERT INTO counters (name, total)
					SELECT value ->> 0, value ->> 1 FROM json_each(?1) WHERE true
					ON CONFLICT DO UPDATE SET
						total = MAX(-?2, MIN(?2, COALESCE(total, 0) + excluded.total))`,
          text,
          MAX_TOTAL
        );
        this.#pages.touch(text);
      }
      this.shardRows.note(batch, written);
      this.#publication.markDirty(now);
    });
    this.#written = written;
    this.#names = names;
  }
  /** The totals of a range, in the order of names; at most `limit`. */
  totals({ from, to }, limit = -1) {
    return [
      ...this.#sql.exec(
        `SELECT name, total FROM counters
					WHERE ${IN_RANGE} AND total IS NOT NULL ORDER BY name LIMIT ?`,
        from,
        to ?? null,
        limit
      ).raw()
    ];
  }
  /** The totals of some names, in no order. */
  totalsOf(names) {
    return jsonTexts(names).flatMap((text) => [
      ...this.#sql.exec(
        `SELECT name, total FROM json_each(?) JOIN counters ON name = value
					WHERE total IS NOT NULL`,
        text
      ).raw()
    ]);
  }
  /**
   * The last of the first `limit` names of a range, those included that are
   * registered only; undefined if they are no more than that.
   */
  lastOf({ from, to }, limit) {
    const [last, next] = this.#sql.exec(
      `SELECT name FROM counters WHERE ${IN_RANGE}
				ORDER BY name LIMIT 2 OFFSET ?`,
      from,
      to ?? null,
      limit - 1
    ).toArray();
    return next && last?.name;
  }
  /** A counter's total; undefined if it was never counted. */
  total(name) {
    return this.totals({ from: name, to: name })[0]?.[1];
  }
  /**
   * Makes room for each list of names, as long as there are at most `limit`
   * names in all: for the whole list or for none of it.
   *
   * @param shard the one that asks; it is known to hold counts from now on
   * @returns of each list, the names there was no room for
   */
  register(lists, shard, limit) {
    let { names } = this;
    const refused = this.#database.transactionSync(() => {
      this.shardRows.add(shard);
      return lists.map((list) => {
        const room = Math.max(0, limit - names);
        const added = this.#unknown(list, room + MAX_REFUSED_NAMES);
        if (added.length > room) return added.slice(room);
        this.#insert(added);
        names += added.length;
        return [];
      });
    });
    this.#names = names;
    return refused;
  }
  /** The shards that may have counted, in order. */
  shards() {
    return this.shardRows.all().map(({ shard }) => shard);
  }
  /**
   * Forgets one counter or, without a name, all. The publication of that is
   * due at once, whatever the thresholds say.
   *
   * @param registered names whose room is kept
   */
  reset(name, registered, now) {
    this.#names = void 0;
    this.#database.transactionSync(() => {
      if (name === void 0) {
        this.#pages.touchAll();
        this.#sql.exec("DELETE FROM counters");
      } else {
        this.#pages.touch(JSON.stringify([[name]]));
        this.#sql.exec("DELETE FROM counters WHERE name = ?", name);
      }
      this.#insert(registered);
      this.#publication.markUrgent(now);
    });
  }
  #insert(names) {
    for (const text of jsonTexts(names))
      this.#sql.exec(
        "INSERT OR IGNORE INTO counters (name) SELECT value FROM json_each(?)",
        text
      );
  }
  #unknown(names, most) {
    return [...jsonTexts(names)].flatMap(
      (text) => [
        ...this.#sql.exec(
          `SELECT DISTINCT value FROM json_each(?) WHERE NOT EXISTS
							(SELECT 1 FROM counters WHERE name = value) LIMIT ?`,
          text,
          most
        ).raw()
      ].map(([name]) => name)
    );
  }
  #countUnknown(entries) {
    return this.#sql.exec(
      `SELECT COUNT(DISTINCT value ->> 0) AS names FROM json_each(?)
				WHERE NOT EXISTS (SELECT 1 FROM counters WHERE name = value ->> 0)`,
      entries
    ).one().names;
  }
};

// templates/runtime/global/role.ts
var MAX_LIVE_ENTRIES = 10001;
var GlobalRole = class {
  /** Health of the namespace. */
  health;
  #settings;
  #storage;
  #log;
  #live;
  #alarm;
  #host;
  #publisher;
  #fanOut;
  /** Has what asks all shards take turns. */
  #flight = new SingleFlight();
  /** While a reset is under way, the names registered since it began. */
  #registered;
  constructor(settings, database, host) {
    this.#settings = settings;
    const { kvPrefix } = settings;
    migrate(database, "global", GLOBAL_SCHEMA);
    const pages = new PageStorage(database, kvKey(kvPrefix));
    const publication = new PublicationStorage(database, pages, kvPrefix);
    const totals = new GlobalStorage(
      database,
      pages,
      publication,
      allShards(settings)
    );
    const log = settings.writeLog.open(database);
    this.#storage = totals;
    this.#log = log;
    this.#host = host;
    this.#fanOut = new FanOut(settings, totals, host);
    const storage = { totals, pages, publication, log };
    const alarm = new Alarm(host);
    this.#alarm = alarm;
    this.#live = settings.live.open(database, {
      ...host,
      arm: () => this.#rearm(),
      read: (names) => names === true ? totals.totals({ from: "" }, MAX_LIVE_ENTRIES) : totals.totalsOf(names)
    });
    const attempts = new AttemptLog("publish", database, host);
    this.#publisher = new Publisher(settings, storage, attempts, alarm, host);
    alarm.ringBy(this.#live.nextAt());
    this.health = new GlobalHealth(settings, database, storage, attempts, host);
  }
  /**
   * Adds a batch to the totals, unless that one or a later one of its shard and
   * epoch is in them.
   *
   * @returns the last batch of that epoch that is in the totals now; the same
   * for a batch that came twice
   * @throws if the batch is of a protocol version that this code does not know
   */
  apply(batch) {
    const { version: version2, shard, epoch, seq } = batch;
    if (version2 !== PROTOCOL_VERSION)
      throw new Error(
        `batch ${seq} of shard${shard} has protocol version ${version2}; this is ${PROTOCOL_VERSION}`
      );
    const applied = this.#storage.applied(shard, epoch);
    if (seq <= applied) return { epoch, seq: applied };
    if (applied === 0 && this.#storage.hasBatchesOf(shard))
      this.#host.log("warn", "shard-started-over", { shard, epoch });
    const now = this.#host.now();
    this.#live.changing(batch.entries);
    try {
      this.#storage.apply(batch, now);
    } finally {
      this.#alarm.ringBy(this.#nextAt());
    }
    this.#log.append({
      cmd: "writeToGlobal",
      event: batch.reason,
      shardName: `shard${shard}`,
      entries: batch.entries,
      timestamp: now
    });
    return { epoch, seq };
  }
  totals({ limit, ...range }) {
    const entries = this.#storage.totals(range, limit + 1);
    return { ...firstOf(entries, limit), asOf: this.#host.now() };
  }
  /** One counter's total; no value if it was never counted. */
  total(name) {
    return { value: this.#storage.total(name), asOf: this.#host.now() };
  }
  writes(limit) {
    return this.#log.events(limit);
  }
  /**
   * Makes room for names, as far as `maxCounters` allows: for a whole list or
   * for none of it. A shard must ask before it first counts a name.
   *
   * @returns of each list, the names there is no room for
   */
  register(lists, shard) {
    const { maxCounters } = this.#settings;
    const refused = this.#storage.register(lists, shard, maxCounters);
    for (const [n, list] of lists.entries())
      if (refused[n]?.length === 0)
        for (const name of list) this.#registered?.add(name);
    return refused;
  }
  /**
   * The totals with everything that was acknowledged before this was called,
   * and nothing twice. If a shard cannot be reached, the refusal says which,
   * and what is known without it.
   */
  exact(part) {
    return this.#flight.share(
      `exact ${JSON.stringify(part)}`,
      () => this.#fanOut.exact(part)
    );
  }
  /**
   * Reports what every shard holds unflushed; the index is the shard. As many as there
   * are shards, or more where a retired one has counted. If a shard cannot be
   * reached, the refusal says what the others hold; if all hold too much for
   * one answer, how much.
   */
  shards() {
    return this.#flight.share("shards", () => this.#fanOut.holdings());
  }
  /**
   * Sets one counter or, without a name, all of them back to nothing: drains
   * every shard, forgets the totals, publishes. If a shard cannot be reached,
   * nothing is reset.
   */
  async reset(name) {
    const refusal = await this.#flight.share(
      `reset ${JSON.stringify(name)}`,
      () => this.#reset(name)
    );
    return refusal ?? this.publish();
  }
  async #reset(name) {
    this.#registered = /* @__PURE__ */ new Set();
    try {
      const refusal = await this.#fanOut.drain(name);
      if (refusal) return refusal;
      this.#live.resetting();
      this.#storage.reset(name, [...this.#registered], this.#host.now());
    } finally {
      this.#registered = void 0;
      this.#alarm.ringBy(this.#nextAt());
    }
    this.#host.log("info", "reset", { all: name === void 0 });
    return void 0;
  }
  /** Publishes to KV now, as soon as KV's pace allows. */
  async publish() {
    try {
      await this.#publisher.publish();
      return void 0;
    } catch (error) {
      return { problem: kvProblem(error) };
    }
  }
  /** Answers totals to a live object, and pushes to it what becomes of them. */
  watch(watch) {
    return this.#live.watch(watch);
  }
  /** Publishes and pushes what is due when the alarm rings. Never throws. */
  async alarm() {
    const now = await this.#alarm.rang(this.#nextAt());
    this.#live.rang();
    await this.#publisher.rang(now);
    await this.#alarm.ringAt(this.#nextAt());
  }
  /** Sets the alarm to what is next, or clears it. */
  #rearm() {
    const at = this.#nextAt();
    if (at === void 0) void this.#alarm.ringAt(void 0);
    else this.#alarm.ringBy(at);
  }
  /** Finds when there is something to do. */
  #nextAt() {
    const at = [this.#publisher.nextAt(), this.#live.nextAt()].filter(
      (one) => one !== void 0
    );
    return at.length > 0 ? Math.min(...at) : void 0;
  }
};
export {
  GlobalRole
};

// The roles of objects as they were before there were bounds of totals, bundled. They stay
// as they are: they run beside newer ones, and a rollback brings them back.

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
var NO_SLOT = -1;
function toRecord(entries) {
  return Object.fromEntries(entries);
}
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

// templates/runtime/global/delta.ts
var MAX_TOTAL = Number.MAX_SAFE_INTEGER;
var Delta = class {
  #sums = /* @__PURE__ */ new Map();
  #volume = 0;
  /** Distinct names. */
  get names() {
    return this.#sums.size;
  }
  /** Bounds what any name, or all of them together, can be away from 0. */
  get volume() {
    return this.#volume;
  }
  has(name) {
    return this.#sums.has(name);
  }
  entries() {
    return [...this.#sums];
  }
  /** A counter's total, whose row has that much of it. */
  total(name, row) {
    const sum = row + (this.#sums.get(name) ?? 0);
    return Math.max(-MAX_TOTAL, Math.min(MAX_TOTAL, sum));
  }
  /** Adds what a batch brought. */
  add(entries) {
    for (const [name, value] of entries)
      this.#sums.set(name, (this.#sums.get(name) ?? 0) + value);
    this.#volume += volumeOf(entries);
  }
  /** Keeps these entries, and nothing else. */
  replace(entries) {
    this.#sums = /* @__PURE__ */ new Map();
    this.#volume = 0;
    this.add(entries);
  }
  /** Divides the entries: so many with the largest sums, and the others. */
  divide(count) {
    const entries = this.entries();
    entries.sort(([, a], [, b]) => Math.abs(b) - Math.abs(a));
    return { hot: entries.slice(0, count), cold: entries.slice(count) };
  }
};

// templates/runtime/global/eviction.ts
var MAX_DELTA_NAMES = 25e3;
var MAX_NAMES_BEFORE_BATCH = 5e4;
var KEPT_NAMES = 2e4;
var MAX_DELTA_VOLUME = MAX_TOTAL;
var Eviction = class {
  #delta;
  #storage;
  #host;
  #isUnderWay = false;
  constructor(delta, storage, host) {
    this.#delta = delta;
    this.#storage = storage;
    this.#host = host;
  }
  /** Has the delta take a batch: to be called before that. */
  makeRoom(entries) {
    if (this.#delta.volume + volumeOf(entries) > MAX_DELTA_VOLUME)
      this.#storage.evict(0);
    else if (this.#delta.names > MAX_NAMES_BEFORE_BATCH)
      this.#storage.evict(KEPT_NAMES);
    const { past } = this.#storage;
    if (past && past.pairs > MAX_NAMES_BEFORE_BATCH)
      this.#storage.evictSlots(past);
  }
  /** Evicts in a later step, if it is due. Never throws. */
  soon() {
    if (this.#isUnderWay || !(this.#storage.past || this.#isDue)) return;
    this.#isUnderWay = true;
    void this.#evict().finally(() => {
      this.#isUnderWay = false;
    });
  }
  get #isDue() {
    return this.#delta.names > MAX_DELTA_NAMES;
  }
  async #evict() {
    try {
      do
        await this.#host.wait(0);
      while (this.#step());
    } catch {
    }
  }
  /** Does one thing that is due; false if that was the last. */
  #step() {
    if (this.#isDue) this.#storage.evict(KEPT_NAMES);
    const { past } = this.#storage;
    if (!past) return false;
    if (past.pairs > MAX_DELTA_NAMES) {
      this.#storage.evictSlots(past);
      return true;
    }
    return past.step(this.#storage.shards(), this.#host.now());
  }
};

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
  const sums = addUp([
    totals,
    ...shards.flatMap(missingOf).map(({ entries }) => entries)
  ]);
  sums.sort(([a], [b]) => compareNames(a, b));
  return sums.map(([name, sum]) => [
    name,
    Math.max(Number.MIN_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, sum))
  ]);
}
function missingOf({ holdings, applied }) {
  const { seq, sealedSlots = [], pendingSlots = [] } = holdings;
  const sealed = { entries: holdings.sealed, slots: sealedSlots };
  const pending = { entries: holdings.pending, slots: pendingSlots };
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
  /** All shards that may have counted. */
  get shards() {
    return this.#storage.shards();
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
      this.#statesOf(answers)
    );
    const { entries, last = end } = firstOf(all, limit);
    if (unreachable.length === 0) return { entries, asOf, last };
    return shardUnreachable(unreachable, Object.fromEntries(entries));
  }
  /** Does the same for some names, all in one round; answers one of them after the other. */
  async exactOf(names) {
    const asOf = this.#host.now();
    const sorted = [...names].sort(compareNames);
    const choice = { from: sorted[0] ?? "", to: sorted.at(-1), names: sorted };
    const most = sorted.length > 1 ? this.#mostOnTheirWay() : void 0;
    const { answers, unreachable } = await this.#everyShard(async (shard) => {
      const holdings = await this.#host.holdings(shard, choice, most);
      if (holdings.omitted !== void 0)
        throw new Error("it holds too much for several names at once");
      return holdings;
    });
    const sums = new Map(
      exactTotals(this.#storage.totalsOf(sorted), this.#statesOf(answers))
    );
    return (name) => {
      const sum = sums.get(name);
      const entries = sum === void 0 ? [] : [[name, sum]];
      if (unreachable.length === 0) return { entries, asOf };
      return shardUnreachable(unreachable, Object.fromEntries(entries));
    };
  }
  /**
   * Asks all shards what they hold of a counter, and passes that on in one step with
   * the totals.
   */
  async past(question, past) {
    const { answers, unreachable } = await this.#everyShard(
      (shard) => this.#host.holdings(shard, slotsOf(question.counter))
    );
    for (const [shard, { mark }] of answers) past.heard(shard, mark);
    if (unreachable.length > 0) return shardUnreachable(unreachable);
    const missing = this.#statesOf(answers).flatMap(missingOf);
    return past.read(question, this.shards, this.#host.now(), missing);
  }
  /** Asks shards which buckets they hold back. */
  async marks(shards, past) {
    const { answers } = await everyShard(
      this.#host,
      shards,
      (shard) => this.#host.holdings(shard, slotsOf())
    );
    for (const [shard, { mark, isEmpty }] of answers)
      if (isEmpty && shard >= this.#settings.shardCount) past.leaveOut(shard);
      else past.heard(shard, mark);
  }
  /** Finds of shards that hold something how much of it is in the totals. */
  #statesOf(answers) {
    return answers.filter(([, { sealed, pending }]) => sealed.length + pending.length > 0).map(([shard, holdings]) => ({
      holdings,
      applied: this.#storage.applied(shard, holdings.epoch)
    }));
  }
  /** Bounds what one of the answers that are on their way may weigh, in characters. */
  #mostOnTheirWay() {
    const calls = Math.min(SHARDS_AT_ONCE, this.#storage.shards().length);
    return Math.floor(MAX_IN_FLIGHT_CHARACTERS / calls);
  }
  /** See `GlobalRole.shards`. */
  async holdings() {
    const onTheirWay = this.#mostOnTheirWay();
    let room = MAX_BATCH_CHARACTERS;
    const { answers, unreachable } = await this.#everyShard(async (shard) => {
      const most = Math.max(0, Math.min(room, onTheirWay));
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
function slotsOf(name) {
  const names = name === void 0 ? [] : [name];
  return { from: name ?? "", to: name ?? "", names, slots: true };
}
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
      ...totals.past && { late: totals.past.late },
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
      shards: totals.brought.stats().map((stats) => ({
        ...stats,
        health: health.get(stats.shard)
      }))
    };
  }
};

// templates/runtime/global/page-texts.ts
var RANGE = `name >= ?1
	AND name < COALESCE((SELECT MIN(first) FROM pages WHERE first > ?1), x'')
	AND total IS NOT NULL`;
var PageTexts = class {
  #sql;
  #delta;
  constructor({ sql }, delta) {
    this.#sql = sql;
    this.#delta = delta;
  }
  /** Tells whether any name of a page has a total. */
  hasNames(first) {
    const query = `SELECT 1 FROM counters WHERE ${RANGE} LIMIT 1`;
    return this.#sql.exec(query, first).toArray().length > 0;
  }
  /** The JSON of a page; undefined if that has more bytes, and can be divided. */
  read(first, pageBytes) {
    const { names, bytes } = this.#measure(first);
    if (bytes > pageBytes && names > 1) return void 0;
    const page = this.#sql.exec(
      `SELECT json_group_array(name) AS names, json_group_array(total) AS totals
				FROM (SELECT name, total FROM counters WHERE ${RANGE} ORDER BY name)`,
      first
    ).one();
    const totals = JSON.parse(page.totals);
    const members = JSON.parse(page.names).map(
      (name, n) => `${JSON.stringify(name)}:${this.#delta.total(name, totals[n] ?? 0)}`
    );
    const text = `{${members}}`;
    const fits = new TextEncoder().encode(text).length <= pageBytes;
    return fits || names < 2 ? text : void 0;
  }
  /** The name in the middle of a page. */
  middle(first) {
    const { names } = this.#measure(first);
    return this.#sql.exec(
      `SELECT name FROM counters WHERE ${RANGE} ORDER BY name LIMIT 1 OFFSET ?2`,
      first,
      names >> 1
    ).one().name;
  }
  /** Counts the names of a page, and the bytes that its JSON has at the least. */
  #measure(first) {
    return this.#sql.exec(
      `SELECT COUNT(*) AS names, TOTAL(octet_length(json_quote(name)) + 3) AS bytes
				FROM counters WHERE ${RANGE}`,
      first
    ).one();
  }
};

// templates/runtime/global/page-storage.ts
var CHANGED = "key IS NULL OR dirty = 1";
var PageStorage = class {
  #sql;
  #texts;
  #tops;
  /** Start of the keys of pages. */
  #prefix;
  /** @param key the namespace's */
  constructor(database, key, delta, tops) {
    this.#sql = database.sql;
    this.#tops = tops;
    this.#texts = new PageTexts(database, delta);
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
    this.#dropEmpty();
    const hasOthers = this.#firsts("first <> ''").length > 0;
    const whole = hasOthers ? void 0 : this.#texts.read("", pageBytes);
    if (whole !== void 0) {
      this.#retire("");
      this.#sql.exec(
        "UPDATE pages SET key = NULL, dirty = 0 WHERE dirty = 1 OR key IS NOT NULL"
      );
      return whole;
    }
    this.#tops.markMissing();
    const changed = this.#firsts(CHANGED);
    for (let n = 0; n < changed.length; ) {
      const first = changed[n] ?? "";
      const text = this.#texts.read(first, pageBytes);
      if (text === void 0) changed.splice(n + 1, 0, this.#halve(first));
      else this.#keep(first, `${this.#prefix}${version2}.${n++}`, text);
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
    const pages = [
      ...this.#sql.exec("SELECT first, key FROM pages ORDER BY first").raw()
    ].map(([first, key]) => ({ first, key }));
    return this.#tops.addTo(pages);
  }
  /** Tells whether a publication is to bring what the one before could not. */
  isLacking() {
    return this.#tops.areMissing();
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
  /** Pages in which no name has a total any more disappear, but for the first. */
  #dropEmpty() {
    for (const first of this.#firsts(`(${CHANGED}) AND first <> ''`)) {
      if (this.#texts.hasNames(first)) continue;
      this.#retire(first);
      this.#sql.exec("DELETE FROM pages WHERE first = ?", first);
    }
  }
  /** Divides a page in two; returns the first name of the other. */
  #halve(first) {
    const middle = this.#texts.middle(first);
    this.#sql.exec("INSERT INTO pages (first, dirty) VALUES (?, 0)", middle);
    return middle;
  }
  /** Keeps the text of a page until KV has it under that key. */
  #keep(first, key, text) {
    this.#retire(first);
    this.#sql.exec("INSERT INTO staged (key, text) VALUES (?, ?)", key, text);
    this.#sql.exec(
      "UPDATE pages SET key = ?, dirty = 0 WHERE first = ?",
      key,
      first
    );
    this.#tops.keep(key, text);
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

// templates/runtime/global/past-reads.ts
var REMEMBERED_MS = 1e3;
var MAX_REMEMBERED = 16;
var PastReads = class {
  #past;
  #fanOut;
  #flight;
  #eviction;
  #host;
  #tops = /* @__PURE__ */ new Map();
  constructor(past, fanOut, flight, eviction, host) {
    this.#past = past;
    this.#fanOut = fanOut;
    this.#flight = flight;
    this.#eviction = eviction;
    this.#host = host;
  }
  /**
   * Answers a counter's past: as the global object knows it or, if `exact`, with
   * everything that was acknowledged before this was called. If a shard cannot be
   * reached then, the refusal says which.
   */
  async read(question, read) {
    const answer = read === void 0 ? this.#past.read(question, this.#fanOut.shards, this.#host.now()) : await this.#flight.share(
      `history ${JSON.stringify(question)}`,
      () => this.#fanOut.past(question, this.#past)
    );
    if (!("problem" in answer)) void this.#askSilent(answer);
    return answer;
  }
  /** Answers which counters were counted most in a bucket, as the global object knows. */
  top(question) {
    const now = this.#host.now();
    const key = JSON.stringify(question);
    const known = this.#tops.get(key);
    if (known && Math.abs(now - known.at) < REMEMBERED_MS) return known.answer;
    const answer = this.#past.top(question, now);
    if (this.#tops.size >= MAX_REMEMBERED) this.#tops.clear();
    this.#tops.set(key, { at: now, answer });
    return answer;
  }
  /** Asks the shards that hold back a bucket which has ended. Never throws. */
  async #askSilent(answer) {
    const { shards } = this.#fanOut;
    const silent = this.#past.silent(answer, shards, this.#host.now());
    if (silent.length === 0) return;
    await this.#fanOut.marks(silent, this.#past);
    this.#eviction.soon();
  }
};
var noHistory = {
  problem: {
    code: "invalid-history",
    status: 400,
    title: "The request is not valid",
    detail: "No history is kept here: set `history` in counters.yaml"
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
   * The current key may lack what was published under another prefix or what is
   * published only since this code, or a publication was begun that nobody has ended.
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
    this.#mustPublish = triedAt > 0 && storage.publication.publishedUnder() !== kvPrefix || storage.publication.unfinished() !== void 0 || storage.pages.isLacking();
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
    this.#mustPublish = this.#storage.pages.isLacking();
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
  },
  {
    id: 2,
    description: "A journal of batches; code without one finds it folded",
    sql: `
			-- What came since the rows of counters and shards were written: a row a batch,
			-- or several of a checkpoint, which has all that came before it.
			CREATE TABLE journal (
				id INTEGER PRIMARY KEY,
				round INTEGER NOT NULL, -- of the last checkpoint; rows of earlier ones are void
				brought TEXT NOT NULL, -- JSON: [[shard, epoch, seq, flushes, requests, volume], \u2026]
				entries TEXT NOT NULL -- JSON: [[name, delta], \u2026]
			);

			-- At most one row: distinct names.
			CREATE TABLE size (
				id INTEGER PRIMARY KEY CHECK (id = 0),
				names INTEGER NOT NULL
			);

			-- The first that code without a journal writes, when it starts, is the shards
			-- that it knows; other code never adds to them. So it finds all in its tables.
			CREATE TRIGGER fold BEFORE INSERT ON shards
			WHEN EXISTS (SELECT 1 FROM journal) BEGIN
				UPDATE counters SET total = MAX(-9007199254740991,
					MIN(9007199254740991, total + added.delta))
				FROM (
					SELECT value ->> 0 AS name, SUM(value ->> 1) AS delta
					FROM journal, json_each(entries)
					WHERE round = (SELECT MAX(round) FROM journal) GROUP BY 1
				) AS added
				WHERE counters.name = added.name;
				DELETE FROM shards WHERE (shard, epoch) IN (
					SELECT value ->> 0, value ->> 1 FROM journal, json_each(brought)
				);
				INSERT INTO shards
					SELECT value ->> 0, value ->> 1, MAX(value ->> 2), 0, MAX(value ->> 3),
						MAX(value ->> 4), MAX(value ->> 5)
					FROM journal, json_each(brought)
					WHERE round = (SELECT MAX(round) FROM journal)
					GROUP BY value ->> 0, value ->> 1;
				UPDATE shards SET written = (SELECT SUM(flushes) FROM shards);
				DELETE FROM journal;
			END;

			-- It makes room for names without noting how many there are then.
			CREATE TRIGGER recount BEFORE INSERT ON shards BEGIN
				DELETE FROM size;
			END;
		`
  }
];

// templates/runtime/object/gather.ts
var QUIET_TURNS = 2;
var MAX_TURNS = 8;
async function gather(arrived, turn, enough = Infinity) {
  let quiet = 0;
  for (let n = 0; n < MAX_TURNS && quiet < QUIET_TURNS; n++) {
    const before = arrived();
    if (before >= enough) return;
    await turn();
    quiet = arrived() > before ? 0 : quiet + 1;
  }
}

// templates/runtime/global/single-flight.ts
var MOST_QUESTIONS = 16;
var MOST_CALLERS = 100;
var SingleFlight = class {
  /** Questions that have not begun, by what they ask. */
  #waiting = /* @__PURE__ */ new Map();
  /** Settles when everything has ended; never rejects. */
  #last = Promise.resolve();
  #turn;
  #callers = 0;
  /** Callers who have asked so far. */
  #asked = 0;
  /** The question that began last was shared: its callers may come back together. */
  #wasShared = false;
  /** @param turn resolves after a turn of the event loop, about a millisecond */
  constructor(turn) {
    this.#turn = turn;
  }
  /**
   * Asks, in turn, or shares an asking that has not begun yet.
   *
   * @param question the key of callers who can share: of one question, every
   * `ask` must be alike
   * @param ask must end by itself: everything else waits for that; gets the
   * details of all who share it
   * @param detail what this caller wants of the answer
   * @returns a refusal (503, `busy`) if too much waits already
   * @throws what `ask` throws, to all who shared it
   */
  async share(question, ask, detail) {
    const same = this.#waiting.get(question);
    if (this.#callers >= MOST_CALLERS) return busy;
    if (!same && this.#waiting.size >= MOST_QUESTIONS) return busy;
    this.#callers++;
    this.#asked++;
    try {
      const waiting = same ?? this.#queue(question, ask);
      const { answer, details } = waiting;
      waiting.callers++;
      if (detail !== void 0) details.add(detail);
      return await answer;
    } finally {
      this.#callers--;
    }
  }
  #queue(question, ask) {
    const details = /* @__PURE__ */ new Set();
    const answer = this.#last.then(async () => {
      if (this.#wasShared) await gather(() => this.#asked, this.#turn);
      this.#wasShared = waiting.callers > 1;
      this.#waiting.delete(question);
      return ask(details);
    });
    const waiting = { answer, details, callers: 0 };
    this.#waiting.set(question, waiting);
    this.#last = answer.catch(() => {
    });
    return waiting;
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

// templates/runtime/object/journal.ts
var COMPACT_FROM_ROWS = 32;
var MAX_ROWS = 1e4;
var Journal = class {
  #sql;
  #layout;
  #statement;
  /** Rows that hold nothing any more. */
  #free = [];
  /** Rows that hold something, by batch. */
  #used = /* @__PURE__ */ new Map();
  /** The highest id of a row. */
  #last = 0;
  /** Grows when a batch is compacted: its rows of earlier rounds are void. */
  #round = 0;
  /** Characters of the open batch when it was compacted, and written since. */
  #compacted = 0;
  #written = 0;
  constructor({ sql }, layout) {
    this.#sql = sql;
    this.#layout = layout;
    const columns = ["id", "round", ...layout.columns];
    this.#statement = `INSERT INTO journal (${columns})
			VALUES (${columns.map(() => "?")})
			ON CONFLICT DO UPDATE SET ${columns.map((one) => `${one} = excluded.${one}`)}`;
  }
  /**
   * Finds the rows of a batch and of those after it, in their order. To be called
   * once, before anything is written: all other rows are free.
   */
  load(first) {
    const { columns, batch } = this.#layout;
    const rows = this.#sql.exec(
      `SELECT id, round, ${batch} AS batch, ${columns} FROM journal
			WHERE ${batch} >= ? ORDER BY batch, round DESC`,
      first
    );
    const found = [];
    for (const row of rows) {
      if (row.batch !== found.at(-1)?.batch) {
        this.#round = row.round;
        this.#written = 0;
      }
      if (row.round !== this.#round) continue;
      found.push(row);
      this.#use(row.batch, [row.id]);
      this.#written += charactersOf([row]);
    }
    const ids = this.#sql.exec("SELECT id FROM journal");
    const used = new Set([...this.#used.values()].flat());
    for (const { id } of ids) {
      this.#last = Math.max(this.#last, id);
      if (!used.has(id)) this.#free.push(id);
    }
    return found;
  }
  /** Tells whether the open batch is to be compacted by the next write. */
  isLong(batch) {
    const { length } = this.#used.get(batch) ?? [];
    const hasGrown = this.#written >= 2 * this.#compacted;
    return length >= (hasGrown ? COMPACT_FROM_ROWS : MAX_ROWS);
  }
  /** Adds rows to those of the open batch. */
  extend(batch, rows) {
    const ids = this.#insert(this.#round, rows);
    return () => {
      this.#use(batch, ids);
      this.#written += charactersOf(rows);
    };
  }
  /** Writes the whole open batch anew; its rows of before are void. */
  compact(batch, rows) {
    const round = this.#round + 1;
    const ids = this.#insert(round, rows);
    return () => {
      const before = this.#used.get(batch) ?? [];
      this.#used.delete(batch);
      this.#use(batch, ids);
      this.#free.push(...before);
      this.#round = round;
      this.#compacted = charactersOf(rows);
      this.#written = 0;
    };
  }
  /** Closes the open batch: the next one begins. */
  close() {
    this.#compacted = 0;
    this.#written = 0;
  }
  /** A batch is done with: its rows are free. */
  free(batch) {
    this.#free.push(...this.#used.get(batch) ?? []);
    this.#used.delete(batch);
  }
  /** Writes rows in free places. */
  #insert(round, rows) {
    const { columns } = this.#layout;
    return rows.map((row, n) => {
      const id = this.#place(n);
      const values = columns.map((column) => row[column]);
      this.#sql.exec(this.#statement, id, round, ...values);
      return id;
    });
  }
  /** Finds the place of the next row, and of the ones after it: `n` counts from 0. */
  #place(n) {
    const { length } = this.#free;
    return this.#free[length - 1 - n] ?? this.#last + 1 + n - length;
  }
  /** Rows that {@link #place} gave out belong to a batch from now on. */
  #use(batch, ids) {
    this.#free.length = Math.max(0, this.#free.length - ids.length);
    this.#last = Math.max(this.#last, ...ids);
    const used = this.#used.get(batch);
    if (used) used.push(...ids);
    else this.#used.set(batch, [...ids]);
  }
};
function charactersOf(rows) {
  let characters = 0;
  for (const row of rows)
    for (const value of Object.values(row))
      if (typeof value === "string") characters += value.length;
  return characters;
}

// templates/runtime/global/shard-sums.ts
var NO_EPOCH = 0;
var ShardSums = class {
  /** By shard, then by epoch. */
  #shards = /* @__PURE__ */ new Map();
  #written = 0;
  /** Batches ever applied. */
  get written() {
    return this.#written;
  }
  /** Everything there is to know. */
  items() {
    return [...this.#shards.values()].flatMap((epochs) => [...epochs.values()]);
  }
  /** Tells whether a shard is known to hold counts. */
  has(shard) {
    return this.#shards.has(shard);
  }
  /** The last batch of a shard's epoch that is in the totals; 0 before the first. */
  applied(shard, epoch) {
    return this.#item(shard, epoch)[2];
  }
  /** Tells whether any batch of a shard is in the totals. */
  hasBatches(shard) {
    return this.#epochs(shard).some(([, , seq]) => seq > 0);
  }
  /** Reports what a shard has brought once this batch is in the totals, too. */
  with({ shard, epoch, seq, requests, entries }, mark) {
    const [, , , flushes, earlier, volume] = this.#item(shard, epoch);
    return [
      shard,
      epoch,
      seq,
      flushes + 1,
      earlier + requests,
      volume + volumeOf(entries),
      ...mark === void 0 ? [] : [mark]
    ];
  }
  /** Takes note of a report, unless a later one is known. */
  note(item) {
    const [shard, epoch, , flushes] = item;
    const [, , , before] = this.#item(shard, epoch);
    if (flushes < before) return;
    this.#written += flushes - before;
    const epochs = this.#shards.get(shard) ?? /* @__PURE__ */ new Map();
    this.#shards.set(shard, epochs.set(epoch, item));
  }
  /** Sums up by shard, in their order, what is in the totals. */
  stats() {
    const shards = [...this.#shards.keys()].sort((a, b) => a - b);
    return shards.map((shard) => {
      const stats = { shard, flushes: 0, requests: 0, volume: 0 };
      for (const [, , , flushes, requests, volume] of this.#epochs(shard)) {
        stats.flushes += flushes;
        stats.requests += requests;
        stats.volume += volume;
      }
      return stats;
    });
  }
  #epochs(shard) {
    return [...this.#shards.get(shard)?.values() ?? []];
  }
  #item(shard, epoch) {
    return this.#shards.get(shard)?.get(epoch) ?? [shard, epoch, 0, 0, 0, 0];
  }
};
function nothingOf(shard, mark) {
  const item = [shard, NO_EPOCH, 0, 0, 0, 0];
  return mark === void 0 ? item : [...item, mark];
}

// templates/runtime/global/journal.ts
var OPEN_BATCH = 0;
var TotalsJournal = class {
  #journal;
  #delta;
  #brought;
  #past;
  /**
   * @param delta is empty; gets what the journal says
   * @param brought has what the table of shards says; gets that, too
   * @param past likewise, where history is kept
   */
  constructor(database, delta, brought, past) {
    this.#delta = delta;
    this.#brought = brought;
    this.#past = past;
    const columns = ["brought", "entries"];
    this.#journal = new Journal(database, {
      columns: past ? [...columns, "slots"] : columns,
      batch: `${OPEN_BATCH}`
    });
    for (const row of this.#journal.load(OPEN_BATCH)) {
      const items = JSON.parse(row.brought);
      for (const item of items) brought.note(item);
      const entries = JSON.parse(row.entries);
      delta.add(entries);
      past?.load(entries, JSON.parse(row.slots ?? "[]"));
    }
    for (const [shard, , , , , , mark] of brought.items())
      if (mark !== void 0) past?.heard(shard, mark);
  }
  /** Writes a batch; with all that came before it, if that is due. */
  append(batch, placed) {
    const { entries } = batch;
    const item = this.#brought.with(batch, placed && batch.mark);
    const write = this.#journal.isLong(OPEN_BATCH) ? this.#compact(
      [...this.#brought.items(), item],
      addUp([this.#delta.entries(), entries]),
      placed?.left()
    ) : this.#journal.extend(
      OPEN_BATCH,
      rowsOf([item], entries, placed?.items)
    );
    return () => {
      write();
      placed?.remember();
      this.#delta.add(entries);
      this.#brought.note(item);
    };
  }
  /** Writes that shards are there. */
  addShards(shards, mark) {
    const items = shards.map((shard) => nothingOf(shard, mark));
    const write = this.#journal.extend(
      OPEN_BATCH,
      rowsOf(items, [], this.#past && [])
    );
    return () => {
      write();
      for (const item of items) this.#brought.note(item);
      if (mark !== void 0)
        for (const shard of shards) this.#past?.heard(shard, mark);
    };
  }
  /**
   * Writes a checkpoint in which these entries are all that is left of the delta.
   *
   * @param placed what is left of slots; without it, all
   */
  checkpoint(left, placed) {
    const items = placed?.left() ?? this.#past?.left();
    const write = this.#compact(this.#brought.items(), left, items);
    return () => {
      write();
      placed?.remember();
      this.#delta.replace(left);
    };
  }
  #compact(brought, entries, items) {
    const rows = rowsOf(brought, entries, items && []);
    const slots = items ? slotRowsOf(items) : [];
    return this.#journal.compact(OPEN_BATCH, [...rows, ...slots]);
  }
};
function rowsOf(brought, entries, items) {
  const rows = entryRowsOf(brought, entries);
  if (!items) return rows;
  const slots = JSON.stringify(items);
  const isForEach = items.length === 1 && items[0]?.length === 1;
  const [only, ...others] = rows;
  const isShort = others.length === 0 && (only?.entries.length ?? 0) + slots.length <= MAX_TEXT_CHARACTERS;
  if (isForEach || isShort) return rows.map((row) => ({ ...row, slots }));
  return [
    ...rows.map((row) => ({ ...row, slots: "[]" })),
    ...slotRowsOf(items)
  ];
}
function slotRowsOf(items) {
  return jsonTexts(items).map((slots) => ({
    brought: "[]",
    entries: "[]",
    slots
  }));
}
function entryRowsOf(brought, entries) {
  const rows = jsonTexts(entries).map((text) => ({
    brought: "[]",
    entries: text
  }));
  if (brought.length === 1 && rows[0]) {
    rows[0].brought = JSON.stringify(brought);
    return rows;
  }
  return [
    ...jsonTexts(brought).map((text) => ({ brought: text, entries: "[]" })),
    ...rows
  ];
}

// templates/runtime/global/name-storage.ts
var MAX_REFUSED_NAMES = 11;
var NameStorage = class {
  #sql;
  #count;
  constructor({ sql }) {
    this.#sql = sql;
    const [row] = sql.exec("SELECT names FROM size").toArray();
    this.#count = row?.names ?? 0;
    if (!row) this.#note(this.#countAll())();
  }
  /** Distinct names, those that are registered only included. */
  get count() {
    return this.#count;
  }
  /**
   * Makes room for each list of names, as long as there are at most `limit`
   * names in all: for the whole list or for none of it.
   *
   * @returns of each list, the names there was no room for
   */
  register(lists, limit) {
    let names = this.#count;
    const refused = lists.map((list) => {
      const room = Math.max(0, limit - names);
      const added = this.#unknown(list, room + MAX_REFUSED_NAMES);
      if (added.length > room) return added.slice(room);
      this.#insert(added);
      names += added.length;
      return [];
    });
    return { refused, remember: this.#note(names) };
  }
  /** Gives names a total of 0 that have none yet: they are counted from now on. */
  begin(names) {
    const unknown = this.#unknown(names).length;
    for (const text of jsonTexts(names))
      this.#sql.exec(
        `INSERT INTO counters (name, total)
				SELECT value, 0 FROM json_each(?) WHERE true
				ON CONFLICT DO UPDATE SET total = 0 WHERE total IS NULL`,
        text
      );
    return this.#note(this.#count + unknown);
  }
  /** Forgets a name, and its total. */
  forget(name, registered) {
    const known = 1 - this.#unknown([name]).length;
    this.#sql.exec("DELETE FROM counters WHERE name = ?", name);
    return this.#keep(this.#count - known, registered);
  }
  /** Forgets all names, and their totals. */
  forgetAll(registered) {
    const [table] = this.#sql.exec(
      "SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = 'counters'"
    ).toArray();
    this.#sql.exec("DROP TABLE counters");
    this.#sql.exec(table?.sql ?? "");
    return this.#keep(0, registered);
  }
  /** Makes room for names that a reset leaves registered. */
  #keep(names, registered) {
    const unknown = this.#unknown(registered);
    this.#insert(unknown);
    return this.#note(names + unknown.length);
  }
  #insert(names) {
    for (const text of jsonTexts(names))
      this.#sql.exec(
        "INSERT OR IGNORE INTO counters (name) SELECT value FROM json_each(?)",
        text
      );
  }
  #unknown(names, most = -1) {
    return jsonTexts(names).flatMap(
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
  /** Costs a row if the number is another. */
  #note(names) {
    if (names !== this.#count)
      this.#sql.exec(
        "INSERT OR REPLACE INTO size (id, names) VALUES (0, ?)",
        names
      );
    return () => {
      this.#count = names;
    };
  }
  #countAll() {
    return this.#sql.exec("SELECT COUNT(*) AS names FROM counters").one().names;
  }
};

// templates/runtime/global/storage.ts
var IN_RANGE = "name >= ? AND name <= COALESCE(?, x'')";
var GlobalStorage = class {
  brought = new ShardSums();
  #database;
  #sql;
  #delta;
  /** Buckets, where history is kept. */
  past;
  #journal;
  #names;
  #pages;
  #publication;
  /**
   * @param delta is empty; whoever reads totals adds it to what their rows say
   * @param past where history is kept
   * @param shards the least number of shards, retired ones included: they may
   * have counted for a global object that lost its storage
   */
  constructor(database, delta, pages, publication, past, shards) {
    this.#database = database;
    this.#sql = database.sql;
    this.#delta = delta;
    this.past = past;
    this.#pages = pages;
    this.#publication = publication;
    this.#names = new NameStorage(database);
    this.#loadShards();
    this.#journal = new TotalsJournal(database, delta, this.brought, past);
    this.#addShards(Array.from({ length: shards }, (_, shard) => shard));
  }
  /** Shard writes ever applied. */
  get written() {
    return this.brought.written;
  }
  /** Distinct names, those that are registered only included. */
  get names() {
    return this.#names.count;
  }
  /** The last batch of a shard's epoch that is in the totals; 0 before the first. */
  applied(shard, epoch) {
    return this.brought.applied(shard, epoch);
  }
  /** Tells whether any batch of a shard is in the totals. */
  hasBatchesOf(shard) {
    return this.brought.hasBatches(shard);
  }
  /** Adds a batch to the totals and remembers that it did, or neither. */
  apply(batch, now) {
    const { entries } = batch;
    const isNew = ([name]) => !this.#delta.has(name);
    const remember = this.#database.transactionSync(() => {
      const all = [
        this.#names.begin(entries.filter(isNew).map(([name]) => name)),
        this.#journal.append(batch, this.past?.place(batch, now))
      ];
      for (const text of jsonTexts(entries)) this.#pages.touch(text);
      this.#publication.markDirty(now);
      return all;
    });
    for (const one of remember) one();
  }
  /**
   * Moves to their rows what the delta has of the names that are seldom counted,
   * until so many are left. No total changes by that.
   */
  evict(left) {
    const { hot, cold } = this.#delta.divide(left);
    const remember = this.#database.transactionSync(() => {
      for (const text of jsonTexts(cold))
        this.#sql.exec(
          `INSERT INTO counters (name, total)
					SELECT value ->> 0, value ->> 1 FROM json_each(?1) WHERE true
					ON CONFLICT DO UPDATE SET
						total = MAX(-?2, MIN(?2, COALESCE(total, 0) + excluded.total))`,
          text,
          MAX_TOTAL
        );
      return this.#journal.checkpoint(hot);
    });
    remember();
  }
  /** Moves to rows what buckets have of slots that are over. */
  evictSlots(past) {
    const remember = this.#database.transactionSync(
      () => this.#journal.checkpoint(this.#delta.entries(), past.evict())
    );
    remember();
  }
  /** The totals of a range, in the order of names; at most `limit`. */
  totals({ from, to }, limit = -1) {
    return this.#read(
      `SELECT name, total FROM counters
			WHERE ${IN_RANGE} AND total IS NOT NULL ORDER BY name LIMIT ?`,
      from,
      to ?? null,
      limit
    );
  }
  /** The totals of some names, in no order. */
  totalsOf(names) {
    return jsonTexts(names).flatMap(
      (text) => this.#read(
        `SELECT name, total FROM json_each(?) JOIN counters ON name = value
				WHERE total IS NOT NULL`,
        text
      )
    );
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
   * Makes room for names: see {@link NameStorage.register}.
   *
   * @param shard the one that asks; it is known to hold counts from now on
   */
  register(lists, shard, limit, now) {
    this.#addShards([shard], this.past?.markAt(now));
    const { refused, remember } = this.#database.transactionSync(
      () => this.#names.register(lists, limit)
    );
    remember();
    return refused;
  }
  /** The shards that may have counted, in order. */
  shards() {
    return this.brought.stats().map(({ shard }) => shard);
  }
  /**
   * Forgets one counter or, without a name, all. The publication of that is
   * due at once, whatever the thresholds say.
   *
   * @param registered names whose room is kept
   */
  reset(name, registered, now) {
    const left = name === void 0 ? [] : this.#delta.entries().filter(([one]) => one !== name);
    const remember = this.#database.transactionSync(() => {
      this.#publication.markUrgent(now);
      if (name === void 0) this.#pages.touchAll();
      else this.#pages.touch(JSON.stringify([[name]]));
      return [
        name === void 0 ? this.#names.forgetAll(registered) : this.#names.forget(name, registered),
        this.#journal.checkpoint(left, this.past?.reset(name))
      ];
    });
    for (const one of remember) one();
  }
  /** Reads totals: rows, and what came since. */
  #read(query, ...bindings) {
    const rows = this.#sql.exec(query, ...bindings).raw();
    return [...rows].map(([name, row]) => [name, this.#delta.total(name, row)]);
  }
  /** Takes note of shards that are not known yet. */
  #addShards(shards, mark) {
    const added = shards.filter((shard) => !this.brought.has(shard));
    if (added.length === 0) return;
    this.#database.transactionSync(
      () => this.#journal.addShards(added, mark)
    )();
  }
  /** Finds what the table of shards says, which code without a journal has written. */
  #loadShards() {
    const rows = this.#sql.exec("SELECT shard, epoch, seq, flushes, requests, volume FROM shards").raw();
    for (const row of rows) this.brought.note(row);
  }
};

// templates/runtime/global/role.ts
var MAX_LIVE_ENTRIES = 10001;
var GlobalRole = class {
  /** Health of the namespace. */
  health;
  #settings;
  #storage;
  #eviction;
  #past;
  #log;
  #live;
  #alarm;
  #host;
  #publisher;
  #fanOut;
  /** Has what asks all shards take turns. */
  #flight;
  /** While a reset is under way, the names registered since it began. */
  #registered;
  constructor(settings, database, host) {
    this.#settings = settings;
    const { kvPrefix } = settings;
    migrate(database, "global", GLOBAL_SCHEMA);
    const delta = new Delta();
    const pages = new PageStorage(
      database,
      kvKey(kvPrefix),
      delta,
      settings.top.open(database)
    );
    const publication = new PublicationStorage(database, pages, kvPrefix);
    const totals = new GlobalStorage(
      database,
      delta,
      pages,
      publication,
      settings.history.open(database, host),
      allShards(settings)
    );
    this.#storage = totals;
    this.#eviction = new Eviction(delta, totals, host);
    this.#log = settings.writeLog.open(database);
    this.#host = host;
    this.#flight = new SingleFlight(() => host.wait(0));
    this.#fanOut = new FanOut(settings, totals, host);
    const reads = [this.#fanOut, this.#flight, this.#eviction, host];
    if (totals.past) this.#past = new PastReads(totals.past, ...reads);
    const storage = { totals, pages, publication, log: this.#log };
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
    this.#eviction.makeRoom(batch.entries);
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
    this.#eviction.soon();
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
  writesJson(limit) {
    return this.#log.json(limit);
  }
  /**
   * Makes room for names, as far as `maxCounters` allows: for a whole list or
   * for none of it. A shard must ask before it first counts a name.
   *
   * @returns of each list, the names there is no room for
   */
  register(lists, shard) {
    const { maxCounters } = this.#settings;
    const refused = this.#storage.register(
      lists,
      shard,
      maxCounters,
      this.#host.now()
    );
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
  async exact(part) {
    const { from, to } = part;
    if (from !== to)
      return this.#flight.share(
        `exact ${JSON.stringify(part)}`,
        () => this.#fanOut.exact(part)
      );
    const answer = await this.#flight.share(
      "exact names",
      (names) => this.#fanOut.exactOf(names),
      from
    );
    return typeof answer === "function" ? answer(from) : answer;
  }
  /** See `PastReads.read`. */
  history = async (...question) => await this.#past?.read(...question) ?? noHistory;
  /** See `PastReads.top`. */
  historyTop = (question) => this.#past?.top(question) ?? noHistory;
  /**
   * Reports what every shard holds unflushed; the index is the shard. As many as there
   * are shards, or more where a retired one has counted. If a shard cannot be
   * reached, the refusal says what the others hold; if all hold too much for
   * one answer, how much.
   */
  shards() {
    return this.#flight.share("shards", () => this.#fanOut.holdings());
  }
  /** Reports the same as JSON, which is made once for all who share the answer. */
  shardsJson() {
    return this.#flight.share("shards as JSON", async () => {
      const holdings = await this.#fanOut.holdings();
      return "problem" in holdings ? holdings : JSON.stringify(holdings.map(toRecord));
    });
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

// templates/runtime/shard/group-commit.ts
var BUSY_ITEMS = 8;
var ENOUGH_ITEMS = 16;
var GroupCommit = class {
  #run;
  #turn;
  #waiting = [];
  #isRunning = false;
  #isBusy = false;
  /**
   * @param run answers every item in order or, if it throws, none
   * @param turn resolves after a turn of the event loop, about a millisecond
   */
  constructor(run, turn) {
    this.#run = run;
    this.#turn = turn;
  }
  /** Items that no batch has taken up yet. */
  get waiting() {
    return this.#waiting.length;
  }
  add(item) {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, resolve, reject });
      if (!this.#isRunning) void this.#runAll();
    });
  }
  async #runAll() {
    this.#isRunning = true;
    while (this.#waiting.length > 0) {
      if (this.#isBusy)
        await gather(() => this.waiting, this.#turn, ENOUGH_ITEMS);
      const batch = this.#waiting;
      this.#waiting = [];
      this.#isBusy = batch.length >= BUSY_ITEMS;
      try {
        const answers = await this.#run(batch.map(({ item }) => item));
        for (const [n, { resolve }] of batch.entries())
          resolve(answers[n]);
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    this.#isRunning = false;
  }
};

// templates/runtime/shard/unflushed.ts
function emptyBatch(seq, since, slots) {
  const deltas = /* @__PURE__ */ new Map();
  return { seq, since, requests: 0, volume: 0, size: 0, deltas, slots };
}
function addToBatch(counts, { slot, entries }, requests, volume) {
  counts.requests += requests;
  counts.volume += volume;
  if (slot !== void 0) counts.size += counts.slots?.add(slot, entries) ?? 0;
  for (const [name, delta] of entries) {
    const sum = counts.deltas.get(name);
    if (sum === void 0) counts.size += entrySizeOf(name);
    counts.deltas.set(name, (sum ?? 0) + delta);
  }
}
function within(counts, { from, to, names } = { from: "" }) {
  const deltas = counts?.deltas ?? /* @__PURE__ */ new Map();
  if (names)
    return names.flatMap((name) => {
      const delta = deltas.get(name);
      return delta === void 0 ? [] : [[name, delta]];
    });
  return [...deltas].filter(
    ([name]) => compareNames(name, from) >= 0 && (to === void 0 || compareNames(name, to) <= 0)
  );
}
function holdingsOf(sealed, open, choice, most) {
  const size = (sealed?.size ?? 0) + (open?.size ?? 0);
  if (size > most && !choice?.names)
    return { sealed: [], pending: [], omitted: countersOf(sealed, open) };
  const entries = {
    sealed: within(sealed, choice),
    pending: within(open, choice)
  };
  if (!choice?.slots) return entries;
  return {
    ...entries,
    sealedSlots: slotsOf2(sealed, choice),
    pendingSlots: slotsOf2(open, choice)
  };
}
function slotsOf2(counts, { names }) {
  const items = [];
  for (const [slot, entries] of counts?.slots?.list(names) ?? [])
    for (const [name, value] of entries) items.push([slot, name, value]);
  return items;
}
function healthOf(sealed, open, failures, now) {
  return {
    requests: (sealed?.requests ?? 0) + (open?.requests ?? 0),
    counters: countersOf(sealed, open),
    size: open?.size ?? 0,
    lag: age((sealed ?? open)?.since, now),
    failures
  };
}
function countersOf(...batches) {
  return batches.reduce((sum, one) => sum + (one?.deltas.size ?? 0), 0);
}

// templates/runtime/shard/storage.ts
var ShardStorage = class {
  #sql;
  #stamps;
  #journal;
  /** The last batch that was sealed with a row of its own. */
  #sealed = 0;
  /** Nothing was here: the shard is new, or has lost its storage. */
  isNew;
  /**
   * @param newEpoch the epoch of storage that is empty: like no other
   * @param stamps where history is kept
   */
  constructor(database, newEpoch2, stamps) {
    const { sql } = database;
    this.#sql = sql;
    this.#stamps = stamps;
    const columns = ["seq", "requests", "since", "entries", "seals"];
    this.#journal = new Journal(database, {
      columns: stamps ? [...columns, "slot"] : columns,
      batch: "seq"
    });
    const { rowsWritten } = sql.exec(
      "INSERT INTO shard (id, epoch, seq, isApplied) VALUES (0, ?, 0, 1) ON CONFLICT DO NOTHING",
      newEpoch2
    );
    this.isNew = rowsWritten > 0;
  }
  /**
   * The epoch, the number of the last sealed batch (0 before the first), and
   * whether it is noted as applied. All before it are. A row tells that its
   * batch was sealed, or at least the one before.
   */
  state() {
    const { epoch, seq, isApplied, sealed } = this.#sql.exec(
      `SELECT epoch, seq, isApplied,
					COALESCE((SELECT MAX(seq - 1 + seals) FROM journal), 0) AS sealed
				FROM shard`
    ).one();
    return sealed > seq ? { epoch, seq: sealed, isApplied: false } : { epoch, seq, isApplied: isApplied === 1 };
  }
  /**
   * The batches that the global may not have yet, oldest first. To be called
   * once, before anything is written.
   *
   * A sealed batch may be here in part: then the global had it, and rows of it
   * were used for later commits. It is ignored there.
   */
  load() {
    const { seq: sealed, isApplied } = this.state();
    const batches = [];
    const rows = this.#journal.load(isApplied ? sealed + 1 : sealed);
    for (const { seq, requests, since, entries, slot } of rows) {
      let batch = batches.at(-1);
      if (batch?.seq !== seq) {
        batch = emptyBatch(seq, since, this.#stamps?.begin());
        batches.push(batch);
      }
      const list = JSON.parse(entries);
      const stamped = { slot: slot ?? void 0, entries: list };
      addToBatch(batch, stamped, requests, volumeOf(list));
    }
    return batches;
  }
  /**
   * Writes what some requests counted into the open batch. To be called in a
   * transaction.
   *
   * @param open the open batch, without these requests
   * @param seals true to close the batch with it, which costs no row then
   */
  append(open, parts, requests, seals) {
    const remember = this.#journal.isLong(open.seq) ? this.#compact(open, parts, requests, seals) : this.#journal.extend(open.seq, rowsOf2(open, parts, requests, seals));
    return () => {
      remember();
      if (seals) this.#sealed = open.seq;
    };
  }
  /** Closes the open batch; the one before it has been applied. */
  seal(seq) {
    if (this.#sealed !== seq)
      this.#sql.exec("UPDATE shard SET seq = ?, isApplied = 0", seq);
    this.#journal.close();
  }
  /** The global has applied a batch: its rows are free. */
  drop(seq) {
    this.#journal.free(seq);
  }
  /**
   * Notes that the sealed batch is applied, so that it is not sent once more
   * after a restart. Sealing the next one says the same.
   */
  settle(seq) {
    this.#sql.exec(
      "UPDATE shard SET seq = ?1, isApplied = 1 WHERE seq <> ?1 OR isApplied = 0",
      seq
    );
  }
  /** Writes the whole open batch anew. */
  #compact(open, parts, requests, seals) {
    return this.#journal.compact(
      open.seq,
      rowsOf2(open, addParts(open, parts), open.requests + requests, seals)
    );
  }
};
function addParts({ deltas, slots }, added) {
  const known = slots?.list() ?? [];
  const unstamped = addUp([
    [...deltas],
    ...known.map(([, entries]) => negated(entries))
  ]).filter(([, sum]) => sum !== 0 || !slots);
  const lists = /* @__PURE__ */ new Map();
  const add = (slot, entries) => lists.set(slot, [...lists.get(slot) ?? [], entries]);
  if (unstamped.length > 0) add(void 0, unstamped);
  for (const [slot, entries] of known) add(slot, entries);
  for (const { slot, entries } of added) add(slot, entries);
  return [...lists].map(([slot, entries]) => ({
    slot,
    entries: addUp(entries)
  }));
}
function negated(entries) {
  return entries.map(([name, value]) => [name, -value]);
}
function rowsOf2({ seq, since, slots }, parts, requests, seals) {
  const rows = parts.flatMap(
    ({ slot, entries }) => jsonTexts(entries).map((text) => ({ text, slot }))
  );
  return rows.map(({ text, slot }, n) => ({
    seq,
    requests: n === 0 ? requests : 0,
    since,
    entries: text,
    seals: seals ? 1 : 0,
    ...slots && { slot: slot ?? null }
  }));
}

// templates/runtime/shard/outbox.ts
function newEpoch(random) {
  return 1 + Math.floor(random * Number.MAX_SAFE_INTEGER);
}
var Outbox = class {
  #shard;
  #settings;
  #storage;
  #stamps;
  #host;
  #alarm;
  #epoch;
  /** Number of the last sealed batch. */
  #seq;
  /** Sent, and not known to be applied. */
  #sealed;
  #open;
  /** Moment of the last attempt to send a batch … */
  #triedAt;
  /** … and after how many milliseconds it is sent again, should no answer come. */
  #resendAfter = 0;
  /** Since it started or last succeeded: how long to wait goes by them. */
  #failures = 0;
  #attempts;
  #inFlight;
  constructor(shard, settings, database, host) {
    this.#shard = shard;
    this.#settings = settings;
    this.#stamps = settings.history.openShard(database);
    const epoch = newEpoch(host.random());
    this.#storage = new ShardStorage(database, epoch, this.#stamps);
    this.#host = host;
    this.#alarm = new Alarm(host);
    this.#attempts = new AttemptLog("flush", database, host);
    ({ epoch: this.#epoch, seq: this.#seq } = this.#storage.state());
    if (this.#storage.isNew)
      host.log("info", "epoch-started", { epoch: this.#epoch });
    const batches = this.#storage.load();
    this.#sealed = batches.find(({ seq }) => seq <= this.#seq);
    this.#open = batches.find(({ seq }) => seq > this.#seq);
    this.#triedAt = host.now();
    this.#arm();
  }
  /** Sum of the absolute increments that the open batch holds. */
  get volume() {
    return this.#open?.volume ?? 0;
  }
  /** Size of the open batch in characters: see `sizeOf`. */
  get size() {
    return this.#open?.size ?? 0;
  }
  /**
   * Writes what some requests counted to the open batch. To be called in a
   * transaction, and `proceed` after it.
   *
   * @param parts what is in no bucket apart from what is in that of this moment
   * @param volume sum of their absolute increments
   */
  add(parts, requests, volume) {
    const now = this.#host.now();
    const open = this.#open ?? emptyBatch(this.#seq + 1, now, this.#stamps?.begin());
    const stamped = parts.map(
      ({ entries, isInBucket }) => ({
        slot: isInBucket ? this.#stamps?.at(now, open.slots, open.size) : this.#stamps && NO_SLOT,
        entries
      })
    );
    const isFull = this.#fills(open.requests + requests);
    const seals = isFull && this.#failures === 0 && !this.#inFlight;
    const remember = this.#storage.append(
      open,
      stamped,
      requests,
      seals && !this.#sealed
    );
    return () => {
      remember();
      for (const [n, part] of stamped.entries())
        addToBatch(open, part, n === 0 ? requests : 0, n === 0 ? volume : 0);
      this.#open = open;
    };
  }
  /** Flushes in the background if the open batch is full; arms the alarm. */
  proceed() {
    if (this.#isFull()) this.flushSoon("exceedMaxRequest");
    this.#arm();
  }
  /** Reports how much it holds, and how its flushes go. */
  health() {
    const { failures } = this.#attempts;
    return healthOf(this.#sealed, this.#open, failures, this.#host.now());
  }
  /**
   * Reports what the shard holds of some names, and its last sealed batch.
   *
   * @param most characters that the names of all its entries may have; with more
   * of them it answers no entry, but their number
   */
  holdings(choice, most = Infinity) {
    const holdings = holdingsOf(this.#sealed, this.#open, choice, most);
    const held = { epoch: this.#epoch, seq: this.#seq, ...holdings };
    if (!choice?.slots || !this.#stamps) return held;
    const mark = this.#stamps.mark(this.#host.now(), [
      this.#sealed?.slots,
      this.#open?.slots
    ]);
    return { ...held, mark, isEmpty: !this.#sealed && !this.#open };
  }
  /**
   * Brings everything counted so far to the global object, and notes that it is
   * there: after a reset nothing of it must be sent once more.
   *
   * @returns false if there was nothing to bring
   * @throws if the global cannot be reached; the alarm goes on trying
   */
  async drain() {
    const last = this.#open?.seq ?? this.#sealed?.seq;
    const behind = () => (this.#sealed ?? this.#open)?.seq ?? Infinity;
    while (behind() <= (last ?? 0)) await this.#flush("requestWrite");
    if (!this.#sealed) this.#settle();
    return last !== void 0;
  }
  /** The alarm rang: sends what is due. Never throws: it arms the next one. */
  async alarm() {
    const now = await this.#alarm.rang(this.#dueAt());
    if ((this.#dueAt(now) ?? Infinity) <= now) {
      const reason = this.#isFull() ? "exceedMaxRequest" : "afterNoRequest";
      await this.#flush(reason).catch(() => {
      });
    }
    if (!this.#sealed && !this.#open) this.#settle();
    await this.#alarm.ringAt(this.#dueAt());
  }
  /** On a full disk it is left out: the batch is sent again after a restart. */
  #settle() {
    try {
      this.#storage.settle(this.#seq);
    } catch {
    }
  }
  #isFull() {
    return this.#fills(this.#open?.requests ?? 0);
  }
  #fills(requests) {
    return requests >= this.#settings.shardMinRequestToGlobal;
  }
  /** Flushes in the background; after a failure the alarm decides when. */
  flushSoon(reason) {
    if (this.#failures === 0) this.#flush(reason).catch(() => {
    });
  }
  /** Sends the oldest batch, or joins the sending that is under way. */
  #flush(reason) {
    this.#inFlight ??= this.#send(reason).finally(() => {
      this.#inFlight = void 0;
      this.proceed();
    });
    return this.#inFlight;
  }
  async #send(reason) {
    try {
      const batch = this.#sealed ?? this.#seal();
      if (batch) await this.#sendBatch(batch, reason);
    } catch (error) {
      this.#failed(error);
      throw error;
    }
  }
  async #sendBatch(batch, reason) {
    this.#triedAt = this.#host.now();
    this.#resendAfter = 2 * RPC_TIMEOUT_MS;
    this.#arm();
    await this.#deliver(batch, reason);
    this.#storage.drop(batch.seq);
    this.#sealed = void 0;
    this.#failures = 0;
    const { seq, requests, deltas } = batch;
    this.#attempts.succeeded({ seq });
    this.#host.log("debug", "flushed", () => ({
      seq,
      requests,
      counters: deltas.size
    }));
  }
  #seal() {
    const open = this.#open;
    if (!open) return;
    this.#storage.seal(open.seq);
    this.#seq = open.seq;
    this.#sealed = open;
    this.#open = void 0;
    return open;
  }
  async #deliver({ seq, requests, deltas, slots }, reason) {
    const mark = this.#stamps?.mark(this.#host.now(), [this.#open?.slots]);
    const answer = this.#host.apply({
      version: PROTOCOL_VERSION,
      shard: this.#shard,
      epoch: this.#epoch,
      seq,
      reason,
      requests,
      entries: [...deltas],
      ...slots && { slots: slots.items(deltas) },
      ...mark !== void 0 && { mark }
    });
    const applied = await withDeadline(this.#host, answer);
    if (applied.epoch !== this.#epoch || applied.seq < seq)
      throw new Error(
        `the global object did not apply batch ${seq} of epoch ${this.#epoch}: it is at batch ${applied.seq} of epoch ${applied.epoch}`
      );
  }
  #failed(error) {
    this.#failures++;
    const wait = backoff(this.#failures, this.#host.random());
    this.#triedAt = this.#host.now();
    this.#resendAfter = wait;
    this.#attempts.failed(error, wait, { seq: this.#seq });
  }
  #arm() {
    this.#alarm.ringBy(this.#dueAt());
  }
  /** Finds when the oldest batch must be sent; the open one waits for the sealed. */
  #dueAt(now = this.#host.now()) {
    const { shardWriteToGlobalAfter } = this.#settings;
    const resendAt = dueAt(this.#triedAt, this.#resendAfter, now);
    if (this.#sealed) return resendAt;
    if (!this.#open) return void 0;
    if (this.#failures > 0) return resendAt;
    const { since } = this.#open;
    if (this.#isFull()) return dueAt(since, 0, now);
    return shardWriteToGlobalAfter > 0 ? dueAt(since, shardWriteToGlobalAfter, now) : void 0;
  }
};

// templates/runtime/shard/problems.ts
var MAX_WAITING_REQUESTS = 1e4;
var shardFull = {
  problem: {
    code: "shard-full",
    status: 503,
    title: "The shard cannot take more at the moment",
    detail: "Nothing was counted; try again in a second",
    retryAfter: 1
  }
};
var unregistered = {
  problem: {
    code: "global-unreachable",
    status: 503,
    title: "The global object does not answer",
    detail: "It must make room for a new counter first, so nothing was counted; counters that are known go on counting. Try again in a few seconds",
    retryAfter: 5
  }
};
function tooMany({ maxCounters }, names) {
  return {
    problem: {
      code: "too-many-counters",
      status: 429,
      title: "There is no room for another counter",
      detail: `There are ${maxCounters} counters, as many as maxCounters allows; nothing was counted. No room for ${names.slice(0, 10).join(", ")}${names.length > 10 ? ", \u2026" : ""}`
    }
  };
}

// templates/runtime/shard/known-names.ts
var MAX_REMEMBERED_NAMES = 2e4;
var KnownNames = class {
  #database;
  #memory = /* @__PURE__ */ new Set();
  #forgotten = 0;
  constructor(database) {
    this.#database = database;
  }
  /** Counts how often names were forgotten. */
  get forgotten() {
    return this.#forgotten;
  }
  /** Picks the names of entries that are not known yet. */
  unknown(entries) {
    const names = entries.map(([name]) => name).filter((name) => !this.#memory.has(name));
    const known = new Set(jsonTexts(names).flatMap((text) => this.#find(text)));
    for (const name of known) this.#remember(name);
    return names.filter((name) => !known.has(name));
  }
  add(names) {
    this.#database.transactionSync(() => {
      for (const text of jsonTexts(names))
        this.#database.sql.exec(
          "INSERT OR IGNORE INTO known (name) SELECT value FROM json_each(?)",
          text
        );
    });
    for (const name of names) this.#remember(name);
  }
  /** After a reset of one name, or of all, these must be registered anew. */
  forget(name) {
    const { sql } = this.#database;
    if (name === true) {
      sql.exec("DELETE FROM known");
      this.#memory.clear();
    } else {
      sql.exec("DELETE FROM known WHERE name = ?", name);
      this.#memory.delete(name);
    }
    this.#forgotten++;
  }
  /** Picks the names of a JSON list that are on disk. */
  #find(names) {
    const found = this.#database.sql.exec(
      "SELECT value FROM json_each(?) WHERE value IN (SELECT name FROM known)",
      names
    ).raw();
    return [...found].map(([name]) => name);
  }
  #remember(name) {
    if (this.#memory.size >= MAX_REMEMBERED_NAMES) this.#memory.clear();
    this.#memory.add(name);
  }
};

// templates/runtime/shard/registrar.ts
var Registrar = class {
  #settings;
  #host;
  #names;
  #batches;
  /** Size in characters of the registrations under way. */
  #size = 0;
  constructor(settings, database, host) {
    this.#settings = settings;
    this.#host = host;
    this.#names = new KnownNames(database);
    this.#batches = new GroupCommit(
      (lists) => this.#register(lists),
      () => host.wait(0)
    );
  }
  /** Requests that wait for a registration. */
  get waiting() {
    return this.#batches.waiting;
  }
  /** Size in characters of the registrations under way. */
  get size() {
    return this.#size;
  }
  /** See `KnownNames.forget`. */
  forget(name) {
    this.#names.forget(name);
  }
  /** Picks the names of entries that must be registered first. */
  unknown(entries) {
    return this.#names.unknown(entries);
  }
  /**
   * Registers names: all of them or none.
   *
   * @param size characters of the names in the request
   * @returns the reason if it refuses
   */
  async register(names, size) {
    if (this.#size + size > MAX_BATCH_CHARACTERS || this.waiting >= MAX_WAITING_REQUESTS)
      return shardFull;
    this.#size += size;
    const refused = await this.#batches.add(names).finally(() => {
      this.#size -= size;
    });
    if (!refused) return unregistered;
    return refused.length > 0 ? tooMany(this.#settings, refused) : void 0;
  }
  /** Returns what is refused of each list; undefined if the global does not answer. */
  async #register(lists) {
    const { forgotten } = this.#names;
    const answer = this.#host.register(lists);
    const refused = await withDeadline(this.#host, answer).catch((error) => {
      this.#host.log("warn", "global-unreachable", {
        error: errorText(error)
      });
      return void 0;
    });
    if (!refused) return lists.map(() => void 0);
    if (forgotten !== this.#names.forgotten) return this.#register(lists);
    this.#names.add(lists.filter((_, n) => refused[n]?.length === 0).flat());
    return refused;
  }
};

// templates/runtime/shard/schema.ts
var SHARD_SCHEMA = [
  {
    id: 1,
    description: "Counts on their way to the global object, and known names",
    sql: `
			-- One row: the storage's epoch, and the last sealed batch.
			CREATE TABLE shard (
				id INTEGER PRIMARY KEY CHECK (id = 0),
				epoch INTEGER NOT NULL, -- unlike that of any other storage
				seq INTEGER NOT NULL,
				isApplied INTEGER NOT NULL -- 1: the global object has that batch
			);

			-- A row a commit, whatever the number of counters in it.
			CREATE TABLE journal (
				id INTEGER PRIMARY KEY,
				seq INTEGER NOT NULL, -- its batch
				round INTEGER NOT NULL, -- of the batch's rows, the latest round holds
				requests INTEGER NOT NULL,
				since INTEGER NOT NULL, -- first increment of the batch, ms since 1970
				entries TEXT NOT NULL, -- JSON: [[name, delta], \u2026]
				seals INTEGER NOT NULL -- 1: the batch was sealed with it
			);

			-- Counters that the global object has room for.
			CREATE TABLE known (name TEXT PRIMARY KEY) WITHOUT ROWID;

			-- At most one row: flushes that failed.
			CREATE TABLE failures (
				id INTEGER PRIMARY KEY CHECK (id = 0),
				total INTEGER NOT NULL,
				inRow INTEGER NOT NULL, -- since the last success
				since INTEGER -- first of these, ms since 1970
			);
		`
  }
];

// templates/runtime/shard/role.ts
var EPISODE_MS = 6e4;
var ShardRole = class {
  /** The names that need no registration any more. */
  names;
  #index;
  #database;
  #host;
  #outbox;
  #keys;
  #commits;
  /** Volume of the increments that no commit has taken up yet. */
  #waitingVolume = 0;
  /** Size of these in characters. */
  #waitingSize = 0;
  /** Moment of the last refusal; milliseconds since 1970. */
  #refusedAt = Number.NEGATIVE_INFINITY;
  constructor(index, settings, database, host) {
    this.#index = index;
    this.#database = database;
    this.#host = host;
    migrate(database, "shard", SHARD_SCHEMA);
    this.#outbox = new Outbox(index, settings, database, host);
    this.names = new Registrar(settings, database, host);
    this.#keys = settings.idempotency.open(index, settings, database, {
      now: () => host.now(),
      claimAt: (...claim) => withDeadline(host, host.claimAt(...claim))
    });
    this.#commits = new GroupCommit(
      async (increments) => {
        const verdicts = this.#write(increments);
        await host.commit();
        host.log("debug", "counted", () => ({
          requests: increments.filter((_, n) => verdicts[n] === "new").map(({ entries }) => toRecord(entries))
        }));
        return verdicts;
      },
      () => host.wait(0)
    );
  }
  /**
   * Counts all of the entries or, if refused, none; durable once it resolves.
   *
   * @param stamp "none" to count toward the totals alone: it was not now
   */
  async increment(entries, key, stamp) {
    const isInNoBucket = stamp === "none";
    const volume = volumeOf(entries);
    const size = sizeOf(entries);
    const count = async (key2) => {
      const unknown = this.names.unknown(entries);
      if (unknown.length > 0) {
        const refusal = await this.names.register(unknown, size);
        if (refusal) return refusal === shardFull ? this.#refuse() : refusal;
      }
      if (!this.#hasRoom(volume, size)) return this.#refuse();
      this.#waitingVolume += volume;
      this.#waitingSize += size;
      return this.#commits.add({ entries, volume, size, key: key2, isInNoBucket });
    };
    const verdict = key ? await this.#keys.once(key, count) : await count();
    if (typeof verdict === "object") return verdict;
    return { shard: this.#index, repeated: verdict === "repeated" };
  }
  /** See `Ledger.claim`. */
  claim(key, by, shardings) {
    return this.#keys.claim(key, by, shardings);
  }
  /** See `Outbox.holdings`. */
  holdings(choice, most) {
    return this.#outbox.holdings(choice, most);
  }
  /**
   * Brings everything counted so far to the global object.
   *
   * @param forget also forget that this name, or that any, is registered there
   * @returns false if there was nothing to bring
   * @throws if the global cannot be reached; the alarm goes on trying
   */
  async drain(forget) {
    if (forget !== void 0) this.names.forget(forget);
    return this.#outbox.drain();
  }
  /** Reports how much it holds, and how its flushes go. */
  health() {
    return this.#outbox.health();
  }
  /**
   * Measures how full it is: the open batch, and what waits for a commit, a
   * registration or a claim. Once all is quiet, nothing waits.
   */
  load() {
    const { volume, size } = this.#outbox;
    return {
      open: { volume, size },
      waiting: {
        requests: this.#commits.waiting + this.names.waiting,
        volume: this.#waitingVolume,
        size: this.#waitingSize + this.names.size,
        keys: this.#keys.underWay
      }
    };
  }
  /** Sends what is due when the alarm rings. Never throws. */
  alarm() {
    return this.#outbox.alarm();
  }
  #hasRoom(volume, size) {
    const open = this.#outbox;
    return open.volume + this.#waitingVolume + volume <= Number.MAX_SAFE_INTEGER && open.size + this.#waitingSize + size <= MAX_BATCH_CHARACTERS && this.#commits.waiting < MAX_WAITING_REQUESTS;
  }
  /** Logs once that it is full, until it was not for a while. */
  #refuse() {
    const now = this.#host.now();
    if (dueAt(this.#refusedAt, EPISODE_MS, now) <= now) {
      const { open, waiting } = this.load();
      this.#host.log("warn", "shard-full", {
        waiting: waiting.requests,
        held: open.size,
        volume: open.volume
      });
    }
    this.#refusedAt = now;
    this.#outbox.flushSoon("exceedMaxRequest");
    return shardFull;
  }
  /** Writes what a commit takes up, in one transaction. */
  #write(increments) {
    const now = this.#host.now();
    for (const { volume, size } of increments) {
      this.#waitingVolume -= volume;
      this.#waitingSize -= size;
    }
    if (increments.some(({ key }) => key)) this.#keys.forget(now);
    let remember = () => {
    };
    let rememberKeys = () => {
    };
    const verdicts = this.#database.transactionSync(() => {
      const keys = increments.map(({ key }) => key);
      const judged = this.#keys.record(keys, now);
      const { verdicts: verdicts2 } = judged;
      rememberKeys = judged.remember;
      const counted = increments.filter((_, n) => verdicts2[n] === "new");
      if (counted.length > 0)
        remember = this.#outbox.add(
          partsOf(counted),
          counted.length,
          counted.reduce((sum, { volume }) => sum + volume, 0)
        );
      return verdicts2;
    });
    rememberKeys();
    remember();
    this.#outbox.proceed();
    return verdicts;
  }
};
function partsOf(increments) {
  const parts = [true, false].map((isInBucket) => ({
    isInBucket,
    entries: addUp(
      increments.filter(({ isInNoBucket }) => isInBucket !== isInNoBucket).map(({ entries }) => entries)
    )
  }));
  return parts.filter(({ entries }) => entries.length > 0);
}
export {
  GlobalRole,
  ShardRole
};

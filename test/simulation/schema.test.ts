import { expect, test } from "vitest";
import { GLOBAL_SCHEMA } from "../../templates/runtime/global/schema.ts";
import { KEYS_SCHEMA } from "../../templates/runtime/idempotency/schema.ts";
import {
	dropRoom,
	type Migration,
	migrate,
} from "../../templates/runtime/object/migrations.ts";
import { SHARD_SCHEMA } from "../../templates/runtime/shard/schema.ts";
import { WRITE_LOG_SCHEMA } from "../../templates/runtime/write-log/schema.ts";
import { batchOf, Place } from "./lone-objects.ts";

const FIRST: Migration = {
	id: 1,
	sql: "CREATE TABLE notes (text TEXT NOT NULL); INSERT INTO notes VALUES ('one');",
};
const SECOND: Migration = {
	id: 2,
	sql: "ALTER TABLE notes ADD COLUMN at INTEGER NOT NULL DEFAULT 7;",
};
const BROKEN: Migration = {
	id: 3,
	sql: "INSERT INTO notes (text) VALUES ('two'); INSERT INTO nowhere VALUES (1);",
};

const notes = ({ storage }: Place) => storage.rows("SELECT * FROM notes");
const applied = ({ storage }: Place) =>
	storage.rows("SELECT room, id FROM migrations");

test("a storage is brought forward by what is new, once", () => {
	const place = new Place();
	migrate(place.database, "room", [FIRST]);
	expect(notes(place)).toEqual([{ text: "one" }]);
	for (let start = 1; start <= 2; start++) {
		migrate(place.database, "room", [FIRST, SECOND]);
		expect(notes(place)).toEqual([{ text: "one", at: 7 }]);
	}
	expect(applied(place)).toEqual([
		{ room: "room", id: 1 },
		{ room: "room", id: 2 },
	]);
});

test("a storage that is up to date costs no row", () => {
	const place = new Place();
	migrate(place.database, "room", [FIRST, SECOND]);
	const { rowsWritten } = place.storage;
	migrate(place.database, "room", [FIRST, SECOND]);
	expect(place.storage.rowsWritten).toBe(rowsWritten);
});

test("a crash in the middle leaves what was there before", () => {
	const place = new Place();
	migrate(place.database, "room", [FIRST]);
	expect(() =>
		migrate(place.database, "room", [FIRST, SECOND, BROKEN]),
	).toThrow("nowhere");
	expect(notes(place)).toEqual([{ text: "one" }]);
	expect(applied(place)).toEqual([{ room: "room", id: 1 }]);
	migrate(place.database, "room", [FIRST, SECOND]);
	expect(notes(place)).toEqual([{ text: "one", at: 7 }]);
});

test("after a rollback, older code leaves alone what newer code applied", () => {
	const place = new Place();
	migrate(place.database, "room", [FIRST, SECOND]);
	migrate(place.database, "room", [FIRST]);
	place.database.sql.exec("INSERT INTO notes (text) VALUES ('old')");
	migrate(place.database, "room", [FIRST, SECOND]);
	expect(notes(place)).toEqual([
		{ text: "one", at: 7 },
		{ text: "old", at: 7 },
	]);
});

test("roles go on with a storage that newer code has brought forward", async () => {
	const place = new Place();
	const column = (table: string, id: number): Migration => ({
		id,
		sql: `ALTER TABLE ${table} ADD COLUMN novel INTEGER;`,
	});
	const shard = new Place();
	migrate(shard.database, "shard", [...SHARD_SCHEMA, column("journal", 2)]);
	expect(await shard.shard().increment([["a", 1]])).toMatchObject({ shard: 0 });
	expect(shard.shard().holdings().pending).toEqual([["a", 1]]);
	migrate(place.database, "global", [...GLOBAL_SCHEMA, column("counters", 3)]);
	place.global().apply(batchOf(1, [["a", 1]]));
	expect(place.global().total("a").value).toBe(1);
});

test("rooms on one disk do not know of each other, and one begins anew alone", () => {
	const place = new Place();
	migrate(place.database, "other", [{ ...SECOND, sql: FIRST.sql }]);
	dropRoom(place.database, "other", "notes");
	expect(applied(place)).toEqual([]);
	expect(place.storage.has("notes")).toBe(false);
	migrate(place.database, "room", [FIRST]);
	dropRoom(place.database, "other", "others");
	expect(applied(place)).toEqual([{ room: "room", id: 1 }]);
	dropRoom(place.database, "room", "notes");
	migrate(place.database, "room", [FIRST]);
	expect(notes(place)).toEqual([{ text: "one" }]);
});

test.each([
	["shard", SHARD_SCHEMA],
	["global", GLOBAL_SCHEMA],
	["idempotency", KEYS_SCHEMA],
	["write-log", WRITE_LOG_SCHEMA],
])("the entries of %s count up from 1, and say what they do", (_, schema) => {
	expect(schema.map(({ id }) => id)).toEqual(schema.map((_, n) => n + 1));
	for (const { sql } of schema)
		expect(sql).toMatch(/^\n(?:\t*-- .+\n)*\t*-- .+\.\n\n/);
});

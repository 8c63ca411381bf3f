#!/usr/bin/env bash
# SQLite's `json_group_object()` ends a key at U+0000, where `json_object()` and all
# of SQLite's other JSON functions keep the character and write it as \u0000. Keys
# that differ behind it become one key twice, and a parser keeps the last.
#
# Seen in SQLite as sql.js 1.17.0 and Node.js's node:sqlite have it: the key is
# given as a parameter, a text that SQLite keeps whole.
#
# Expected: the same key as `json_object()` writes.
# To go around it: join `json_quote(name) || ':' || json_quote(value)` with
# `group_concat()`, or give the names as `json_group_array()`.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund sql.js@1.17.0 node@24.21.0

cat >keys.mjs <<'JS'
import { DatabaseSync } from "node:sqlite";
import initSqlJs from "sql.js";

const { Database } = await initSqlJs();
const wasm = new Database();
const native = new DatabaseSync(":memory:");
const texts = [
	"json_object(name, count)",
	"json_group_array(name)",
	"json_group_object(name, count)",
];
const from = "FROM (SELECT ? AS name, 1 AS count UNION ALL SELECT ?, 2)";
const names = ["a\u0000b", "a\u0000c"];
for (const text of texts) {
	const sql = `SELECT ${text} ${from}`;
	console.log(text);
	console.log(`  sql.js       ${wasm.exec(sql, names)[0].values[0][0]}`);
	const row = native.prepare(sql).get(...names);
	console.log(`  node:sqlite  ${Object.values(row)[0]}`);
}
const bytes = wasm.exec("SELECT length(CAST(? AS BLOB))", names.slice(0, 1))[0].values[0][0];
console.log(`bytes that SQLite has of the first name: ${bytes}`);
JS
node_modules/.bin/node --no-warnings keys.mjs | tee actual

cat >expected <<'TEXT'
json_object(name, count)
  sql.js       {"a\u0000b":1}
  node:sqlite  {"a\u0000b":1}
json_group_array(name)
  sql.js       ["a\u0000b","a\u0000c"]
  node:sqlite  ["a\u0000b","a\u0000c"]
json_group_object(name, count)
  sql.js       {"a":1,"a":2}
  node:sqlite  {"a":1,"a":2}
bytes that SQLite has of the first name: 3
TEXT
diff expected actual && echo "still so"

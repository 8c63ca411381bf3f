import { globSync, readFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { packageRoot } from "../../cli/root.ts";
import { squeezeSql } from "../../scripts/squeeze-sql.ts";

/** A module with SQL of every kind, and a text that is none. */
const MODULE = `
const tables = \`
	-- A row a name; it's its total.
	CREATE TABLE counters (
		name TEXT PRIMARY KEY, -- never '' …
		-- … nor NULL
		total INTEGER DEFAULT '  -- none' -- whole
	) WITHOUT ROWID;
\`;
const read = (sql) => sql.exec(\`SELECT name
		FROM counters WHERE \${[1, 2].map((n) => \`total <> \${n}\`).join(" AND ")}
	ORDER BY name\`, 1).one();
const line = "SELECT  1"; const alone = \`DROP  TABLE counters\`;
const page = \`<p>
	-- One,
	  two</p>\`;
export { alone, line, page, read, tables };
`;

/** Runs a module of JavaScript, and returns what it exports. */
function load(code: string): Promise<Record<string, unknown>> {
	return import(`data:text/javascript,${encodeURIComponent(code)}`);
}

test("SQL of several lines loses comments and needless white space; strings and other texts stay", async () => {
	const { tables, read, line, alone, page } = await load(squeezeSql(MODULE));
	expect(tables).toBe(
		" CREATE TABLE counters(name TEXT PRIMARY KEY,total INTEGER DEFAULT '  -- none')WITHOUT ROWID;",
	);
	const exec = (...asked: unknown[]) => ({ one: () => asked });
	expect((read as (sql: object) => unknown)({ exec })).toEqual([
		"SELECT name FROM counters WHERE total <> 1 AND total <> 2 ORDER BY name",
		1,
	]);
	expect({ line, alone, page }).toEqual({
		line: "SELECT  1",
		alone: "DROP  TABLE counters",
		page: "<p>\n\t-- One,\n\t  two</p>",
	});
});

test("what comes after a text keeps its line and column, for source maps", () => {
	const placeOf = (code: string, text: string) => {
		const before = code.slice(0, code.indexOf(text)).split("\n");
		return [before.length, before.at(-1)?.length];
	};
	const squeezed = squeezeSql(MODULE);
	for (const text of [
		";\nconst read",
		", 1).one()",
		"const line",
		"const page",
	])
		expect(placeOf(squeezed, text)).toEqual(placeOf(MODULE, text));
});

test("a comment that ends with its text is an error, as code would become one", () => {
	expect(() => squeezeSql("`SELECT 1\n -- all`")).toThrow(
		"A comment does not end",
	);
});

test.each(globSync("templates/runtime/*/schema.ts", { cwd: packageRoot }))(
	"%s makes the same tables, columns and triggers",
	async (file) => {
		const source = readFileSync(join(packageRoot, file), "utf8");
		const code = stripTypeScriptTypes(source).replaceAll(/^import .*/gm, "");
		const squeezed = squeezeSql(code);
		expect(squeezed.replaceAll(/\s/g, "").length).toBeLessThan(
			code.replaceAll(/\s/g, "").length,
		);
		expect(await layoutOf(squeezed)).toEqual(await layoutOf(code));
	},
);

/** Makes all tables of a module, and lists what there is then. */
async function layoutOf(code: string): Promise<unknown> {
	const schemas = Object.values(await load(code)).filter(Array.isArray);
	return schemas.flatMap((schema) => {
		const database = new DatabaseSync(":memory:");
		// Some rooms add to a table that another one has made.
		for (const table of ["journal", "shards"])
			if (!RegExp(`CREATE TABLE ${table} ?\\(`).test(code))
				database.exec(`CREATE TABLE ${table} (id)`);
		for (const { sql } of schema) database.exec(sql);
		const query = `SELECT entry.type, entry.name, tbl_name, info.*
			FROM sqlite_schema AS entry LEFT JOIN pragma_table_xinfo(entry.name) AS info`;
		return database.prepare(query).all();
	});
}

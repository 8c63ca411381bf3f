import { spawnSync } from "node:child_process";
import {
	copyFileSync,
	mkdirSync,
	mkdtempSync,
	rmSync,
	writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { HOUSES, layerComplaints } from "../../scripts/layers.ts";
import { root } from "../support/project.ts";

let folder: string;
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), "counter-gen-layers-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(path: string, lines: readonly string[]): void {
	mkdirSync(dirname(join(folder, path)), { recursive: true });
	writeFileSync(join(folder, path), lines.join("\n"));
}

test("nothing here imports what its room may not", () => {
	expect(layerComplaints(root)).toEqual([]);
});

test("a room imports from rooms and files that stand before it", () => {
	for (const { rooms } of Object.values(HOUSES)) {
		const before = new Set<string>();
		for (const [room, others] of Object.entries(rooms)) {
			for (const other of others) expect(before).toContain(other.split("/")[0]);
			before.add(room);
		}
	}
});

test.each(Object.entries(HOUSES))(
	"in %s every other import is refused",
	(house, { base, rooms }) => {
		const files = [...base, ...Object.keys(rooms)].map((name) =>
			name.endsWith(".ts") ? name : `${name}/x.ts`,
		);
		for (const file of files) {
			const up = file.includes("/") ? ".." : ".";
			write(
				`${house}/${file}`,
				files.map((other) => `import "${up}/${other}";`),
			);
		}
		const complaints = layerComplaints(folder).map(
			(text) => text.split(" ")[0],
		);
		const wanted = Object.entries(rooms).flatMap(([room, others]) => {
			const importer = room.endsWith(".ts") ? room : `${room}/x.ts`;
			const allowed = [...base, ...others];
			return files.flatMap((file, n) =>
				allowed.includes(file) || allowed.includes(dirname(file))
					? []
					: [`${house}/${importer}:${n + 1}`],
			);
		});
		expect(wanted.length).toBeGreaterThan(Object.keys(rooms).length);
		expect(complaints).toEqual(expect.arrayContaining(wanted));
		const ofRooms = complaints.filter((place) =>
			base.every((file) => !place?.startsWith(`${house}/${file}`)),
		);
		expect(ofRooms.toSorted()).toEqual(wanted.toSorted());
	},
);

test("a folder that no one listed is refused", () => {
	write("cli/parlour/x.ts", []);
	expect(layerComplaints(folder)).toEqual([
		"cli/parlour is no room of scripts/layers.ts: list it there",
	]);
});

test("a circle is found, also one of types", () => {
	copyFileSync(join(root, "biome.json"), join(folder, "biome.json"));
	write("cli/a.ts", ['import type { B } from "./b.ts";', "export type A = B;"]);
	write("cli/b.ts", ['import type { A } from "./a.ts";', "export type B = A;"]);
	const { stdout } = spawnSync(
		"biome",
		["lint", "--reporter=json", "--vcs-enabled=false", "."],
		{ cwd: folder, encoding: "utf8" },
	);
	const { diagnostics }: { diagnostics: { category: string }[] } =
		JSON.parse(stdout);
	const circles = diagnostics.filter(
		({ category }) => category === "lint/suspicious/noImportCycles",
	);
	expect(circles).toHaveLength(2);
});

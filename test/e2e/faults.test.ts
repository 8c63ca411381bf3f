import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { buildFaulty, type FaultyBuild } from "../faults/build.ts";
import { faults } from "../faults/faults.ts";
import { play } from "../faults/scene.ts";

/** Time that each fault lasts; `npm run faults` has them last a minute. */
const FAULT_SECONDS = 3;

describe("under load, with the real runtime, when", () => {
	let dir: string;
	let build: FaultyBuild;

	beforeAll(async () => {
		dir = await mkdtemp(join(tmpdir(), "counter-gen-faults-"));
		build = await buildFaulty(dir, new AbortController().signal);
		return () => rm(dir, { recursive: true, force: true });
	});

	it.each(faults)(
		"$name, nothing is lost, and it recovers by itself",
		async (fault) => {
			const { findings } = await play(fault, build, dir, FAULT_SECONDS);
			expect(findings).toEqual([]);
		},
	);
});

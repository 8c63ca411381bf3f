import { execFileSync } from "node:child_process";
import {
	closeSync,
	existsSync,
	fsyncSync,
	mkdtempSync,
	openSync,
	rmSync,
	writeSync,
} from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { findToolchain } from "../../cli/toolchain/find.ts";
import { root } from "./generated.ts";
import { CONNECTIONS } from "./rig.ts";

/** Machine and effort that the figures depend on. */
export interface Machine {
	cores: number;
	model: string;
	node: string;
	workerd: string;
	connections: number;
	rounds: number;
	/** Of each turn. */
	seconds: number;
	/** The system tells how much CPU time a process took. */
	hasCpuTimes: boolean;
	/** Milliseconds that it takes to have 4 KiB on disk: what durability waits for. */
	fsyncMs: { p50: number; p99: number };
}

/** Measurements of one. */
const FSYNCS = 200;

export function thisMachine({
	rounds,
	seconds,
}: Pick<Machine, "rounds" | "seconds">): Machine {
	const { workerd } = findToolchain(root, "package");
	const version = execFileSync(workerd, ["--version"], { encoding: "utf8" });
	const [cpu] = cpus();
	return {
		cores: cpus().length,
		model: cpu?.model.trim() ?? "an unknown processor",
		node: process.versions.node,
		workerd: version.replace("workerd", "").trim(),
		connections: CONNECTIONS,
		rounds,
		seconds,
		hasCpuTimes: existsSync("/proc/self/stat"),
		fsyncMs: measureFsync(),
	};
}

function measureFsync(): Machine["fsyncMs"] {
	const dir = mkdtempSync(join(tmpdir(), "counter-gen-fsync-"));
	const file = openSync(join(dir, "file"), "w");
	const times = Array.from({ length: FSYNCS }, () => {
		writeSync(file, Buffer.alloc(4096));
		const from = performance.now();
		fsyncSync(file);
		return performance.now() - from;
	}).sort((a, b) => a - b);
	closeSync(file);
	rmSync(dir, { recursive: true });
	const at = (share: number) => times[Math.floor(FSYNCS * share)] ?? Number.NaN;
	return { p50: at(0.5), p99: at(0.99) };
}

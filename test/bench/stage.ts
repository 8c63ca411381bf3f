import { copyFile, mkdir, mkdtemp, readFile } from "node:fs/promises";
import { join } from "node:path";
import { Child } from "../../cli/toolchain/child.ts";
import { writeWorkerdConfig } from "../../cli/toolchain/workerd.ts";
import type { Build } from "./build.ts";

/** The admin token of every Worker here. */
export const token = "bench";

/** A workerd that runs, with its state in a folder of its own. */
export interface Server {
	origin: string;
	/** The most memory it had so far, in bytes; undefined where nothing tells. */
	peakMemory(): Promise<number | undefined>;
	/**
	 * Microseconds of CPU time that it took so far, in whole hundredths of a second;
	 * NaN where there is no /proc.
	 */
	cpuMicros(): Promise<number>;
	/** Holds it still, alarms included: whatever is due happens in its own turn. */
	pause(): void;
	resume(): void;
	stop(): Promise<void>;
}

/** Starts workerd on a free port, with fresh state under `dir`. */
export async function start(
	{ file, worker, toolchain }: Build,
	dir: string,
): Promise<Server> {
	const own = await mkdtemp(join(dir, "server-"));
	const state = {
		worker: join(own, "worker"),
		data: join(own, "data"),
	};
	await mkdir(state.worker);
	await mkdir(state.data);
	await copyFile(file, join(state.worker, "index.js"));
	const secret = "COUNTER_ADMIN_TOKEN";
	const config = await writeWorkerdConfig(state, worker, 0, [secret]);

	let output = "";
	let listening: (port: number) => void;
	const port = new Promise<number>((resolve) => {
		listening = resolve;
	});
	const child = new Child(
		toolchain.workerd,
		["serve", config, "--control-fd=1"],
		{
			cwd: own,
			env: { ...process.env, [secret]: token },
			onStdout: (text) => {
				const [, found] = /"event":"listen".*"port":(\d+)/.exec(text) ?? [];
				if (found) listening(Number(found));
			},
			onStderr: (text) => {
				output = (output + text).slice(-2_000);
			},
		},
	);
	const failed = child.exited.then(({ status, signal }) => {
		throw new Error(`workerd ended with ${status ?? signal}:\n${output}`);
	});
	failed.catch(() => {});
	const signal = (name: NodeJS.Signals) => {
		if (child.pid) process.kill(-child.pid, name);
	};
	return {
		origin: `http://127.0.0.1:${await Promise.race([port, failed])}`,
		peakMemory: () => peakMemory(child.pid),
		cpuMicros: () => cpuMicros(child.pid),
		pause: () => signal("SIGSTOP"),
		resume: () => signal("SIGCONT"),
		stop: () => {
			signal("SIGCONT");
			return child.stop();
		},
	};
}

async function peakMemory(pid?: number): Promise<number | undefined> {
	const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
	const [, kilobytes] = /^VmHWM:\s*(\d+) kB/m.exec(status) ?? [];
	return kilobytes ? Number(kilobytes) * 1024 : undefined;
}

/** Unit of the times in /proc: Linux has 100 ticks a second everywhere. */
const TICK_MICROS = 10_000;

/**
 * Adds up the CPU time of a process in its own code and in the system, with that
 * of its children that have ended: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
 */
async function cpuMicros(pid?: number): Promise<number> {
	const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
	if (stat === "") return Number.NaN;
	// The second field is the program's name in brackets, which may hold spaces.
	const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
	const ticks = fields.slice(11, 15).map(Number);
	return TICK_MICROS * ticks.reduce((sum, one) => sum + one, 0);
}

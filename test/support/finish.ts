import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable, Writable } from "node:stream";
import { onTestFinished } from "vitest";
import type { Io } from "../../cli/io.ts";

export interface Finished {
	status: number;
	stdout: string;
	stderr: string;
}

export interface Surroundings {
	/** An empty directory by default. */
	cwd: string;
	env: Record<string, string>;
	signal: AbortSignal;
	/** Content of stdin; empty by default. */
	stdin: string | Buffer;
	/** True if stderr claims to be a terminal. */
	isTTY: boolean;
}

/** A stream that keeps what is written to it. */
class Sink extends Writable {
	text = "";

	override _write(chunk: Buffer, _: string, done: () => void): void {
		this.text += chunk.toString();
		done();
	}
}

/** Runs `work` in surroundings of its own, and answers what it wrote to them. */
export async function finish(
	work: (io: Io) => Promise<number>,
	{ cwd, env, signal, stdin, isTTY }: Partial<Surroundings> = {},
): Promise<Finished> {
	const [stdout, stderr] = [new Sink(), new Sink()];
	const status = await work({
		cwd: cwd ?? emptyDirectory(),
		env: env ?? {},
		signal: signal ?? new AbortController().signal,
		stdin: Readable.from([Buffer.from(stdin ?? "")]),
		stdout,
		stderr: isTTY ? Object.assign(stderr, { isTTY }) : stderr,
	});
	return { status, stdout: stdout.text, stderr: stderr.text };
}

function emptyDirectory(): string {
	const path = mkdtempSync(join(tmpdir(), "counter-gen-"));
	onTestFinished(() => rmSync(path, { recursive: true, force: true }));
	return path;
}

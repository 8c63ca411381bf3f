import { statfs } from "node:fs/promises";
import type { Diagnostic } from "../errors.ts";

/**
 * With less than this on its disk a state folder is full: an object that starts
 * and commits, and the probe of the disk, need some of it. Bytes.
 */
const MIN_ROOM_BYTES = 256 * 1024;

const PERIOD_MS = 1_000;

/** Matches the output of workerd when the system, or a quota, refused a write. */
const REFUSED_WRITE =
	/SQLITE_FULL|SQLITE_IOERR_SHMSIZE|No space left on device/;

/**
 * Explains that a state folder takes no more counts, if its disk has no room.
 *
 * @param dir as a person would name it
 */
export async function fullDisk(
	data: string,
	dir: string,
): Promise<Diagnostic | undefined> {
	const { bavail, bsize, files, ffree } = await statfs(data);
	// Some file systems know no number of files.
	const hasFiles = files === 0 || ffree > 0;
	if (bavail * bsize >= MIN_ROOM_BYTES && hasFiles) return undefined;
	return diskFull(
		dir,
		hasFiles
			? `${Math.floor((bavail * bsize) / 1024)} KiB are free.`
			: "It can hold no more files.",
	);
}

function diskFull(dir: string, why: string): Diagnostic {
	return {
		code: "state-full",
		what: `the disk of ${dir} is full`,
		why: `${why} Increments and reads are answered 503 storage-full until there is room. What was acknowledged is safe.`,
		fix: "Make room on that disk. Counting then goes on by itself.",
	};
}

interface Listeners {
	onFull: (diagnostic: Diagnostic) => void;
	/** Called once it has room again. */
	onRoom: () => void;
}

/** Watches the disk of a state folder while workerd runs: reports once, not for each request. */
export class DiskRoom {
	readonly #data: string;
	readonly #dir: string;
	readonly #listeners: Listeners;
	readonly #timer: NodeJS.Timeout;
	#isFull = false;
	/** Set if workerd was refused a write since the last look. */
	#isRefused = false;

	constructor(data: string, dir: string, listeners: Listeners) {
		this.#data = data;
		this.#dir = dir;
		this.#listeners = listeners;
		this.#timer = setInterval(() => void this.#look(), PERIOD_MS);
		this.#timer.unref();
	}

	/** Looks for a refused write in the output of workerd. */
	notice(text: string): void {
		if (REFUSED_WRITE.test(text)) this.#isRefused = true;
	}

	stop(): void {
		clearInterval(this.#timer);
	}

	async #look(): Promise<void> {
		const full =
			(await fullDisk(this.#data, this.#dir).catch(() => undefined)) ??
			(this.#isRefused
				? diskFull(this.#dir, "The system refuses to write there.")
				: undefined);
		this.#isRefused = false;
		if (full && !this.#isFull) this.#listeners.onFull(full);
		if (!full && this.#isFull) this.#listeners.onRoom();
		this.#isFull = full !== undefined;
	}
}

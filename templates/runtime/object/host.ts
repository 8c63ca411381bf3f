import type { Log } from "../log.ts";

/** What a role needs of the object around it besides storage. */
export interface Host {
	/** Milliseconds since 1970. */
	now(): number;
	/** From 0 up to, but not including, 1. */
	random(): number;
	/** Resolves after that many milliseconds; rejects once `signal` is aborted. */
	wait(ms: number, signal?: AbortSignal): Promise<void>;
	/** Sets the object's only alarm, or clears it. */
	setAlarm(at: number | undefined): void;
	/** One structured line in the log, if its level is written. */
	log: Log;
}

/** See `Host.wait`. */
export const wait: Host["wait"] = (ms, signal) =>
	scheduler.wait(ms, signal ? { signal } : {});

/** What the platform gives the roles of an object. */
export function objectHost(storage: DurableObjectStorage, log: Log): Host {
	return {
		now: () => Date.now(),
		random: () => Math.random(),
		wait,
		setAlarm: (at) =>
			at === undefined ? storage.deleteAlarm() : storage.setAlarm(at),
		log,
	};
}

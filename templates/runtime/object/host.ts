import type { Log } from "../log.ts";
import { logFailed } from "./failed.ts";

/** Surroundings of a role besides its storage. */
export interface Host {
	/** Milliseconds since 1970. */
	now(): number;
	/** From 0 up to, but not including, 1. */
	random(): number;
	/** Resolves after that many milliseconds; rejects once `signal` is aborted. */
	wait(ms: number, signal?: AbortSignal): Promise<void>;
	/** Sets the object's only alarm, or clears it. A disk that is full takes neither. */
	setAlarm(at: number | undefined): void | Promise<void>;
	/** One structured line in the log, if its level is written. */
	log: Log;
}

/** See `Host.wait`. */
export const wait: Host["wait"] = (ms, signal) =>
	scheduler.wait(ms, signal ? { signal } : {});

/** Makes the host of an object's role out of the platform. */
export function objectHost(storage: DurableObjectStorage, log: Log): Host {
	return {
		now: () => Date.now(),
		random: () => Math.random(),
		wait,
		setAlarm: async (at) => {
			try {
				await (at === undefined ? storage.deleteAlarm() : storage.setAlarm(at));
			} catch (error) {
				logFailed(error, log, "setAlarm");
				throw error;
			}
		},
		log,
	};
}

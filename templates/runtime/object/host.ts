import type { Log } from "../log.ts";
import type { World } from "./alarm.ts";

/** See `World.wait`. */
export const wait: World["wait"] = (ms, signal) =>
	scheduler.wait(ms, signal ? { signal } : {});

/** What the platform gives the roles of an object. */
export function objectWorld(storage: DurableObjectStorage, log: Log): World {
	return {
		now: () => Date.now(),
		random: () => Math.random(),
		wait,
		setAlarm: (at) =>
			at === undefined ? storage.deleteAlarm() : storage.setAlarm(at),
		log,
	};
}

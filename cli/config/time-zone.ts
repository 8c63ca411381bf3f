import * as z from "zod";
import { nearest } from "./nearest.ts";

/** Name of a time zone that `Intl` knows. Loading it takes 15 ms, but only where one is written. */
export function timeZone(): z.ZodType<string> {
	const error = "must be the IANA name of a time zone, such as Europe/Berlin";
	return z.string(error).superRefine((name, context) => {
		try {
			new Intl.DateTimeFormat("en", { timeZone: name });
			// An offset is none: it has no name, and no summer.
			if (/^[a-z]/i.test(name)) return;
		} catch {
			// It is in no list.
		}
		const near = nearest(name, Intl.supportedValuesOf("timeZone"));
		context.addIssue({
			code: "custom",
			message: error,
			params: { ...(near && { fix: `write ${near}` }) },
		});
	});
}

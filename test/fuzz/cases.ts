import fc, { type Arbitrary } from "fast-check";
import * as junk from "./junk.ts";
import { body, hugeBody } from "./junk-bodies.ts";
import { bytes, headers } from "./junk-headers.ts";
import type { Case } from "./session.ts";
import type { Framing, Shot } from "./shot.ts";
import { validShot } from "./valid.ts";

type Change = (shot: Shot) => Shot;

const split = (target: string): [path: string, query: string] => {
	const at = target.indexOf("?");
	return at < 0 ? [target, ""] : [target.slice(0, at), target.slice(at)];
};

/** One thing of a request made different. */
const change: Arbitrary<Change> = fc.oneof(
	{
		weight: 2,
		arbitrary: junk.method.map(
			(method): Change =>
				(shot) => ({ ...shot, method }),
		),
	},
	{
		weight: 3,
		arbitrary: junk.segment.map(
			(segment): Change =>
				(shot) => {
					const [path, query] = split(shot.target);
					const target = path.replace(/[^/]*$/, () => segment) + query;
					return { ...shot, target };
				},
		),
	},
	{
		weight: 2,
		arbitrary: junk.path.map(
			(path): Change =>
				(shot) => ({
					...shot,
					target: path + split(shot.target)[1],
				}),
		),
	},
	{
		weight: 1,
		arbitrary: fc.tuple(junk.segment, fc.boolean()).map(
			([segment, inFront]): Change =>
				(shot) => {
					const [path, query] = split(shot.target);
					return {
						...shot,
						target: inFront
							? `/${segment}${shot.target}`
							: `${path}/${segment}${query}`,
					};
				},
		),
	},
	{
		weight: 4,
		arbitrary: fc.tuple(junk.query, fc.boolean()).map(
			([query, instead]): Change =>
				(shot) => {
					const [path, before] = split(shot.target);
					const target =
						instead || before === ""
							? `${path}?${query}`
							: `${path}${before}&${query}`;
					return { ...shot, target };
				},
		),
	},
	{
		weight: 5,
		arbitrary: body.map(
			(body): Change =>
				(shot) => ({ ...shot, body }),
		),
	},
	{
		weight: 5,
		arbitrary: fc.tuple(headers, fc.boolean()).map(
			([headers, instead]): Change =>
				(shot) => ({
					...shot,
					headers: [
						...shot.headers.filter(
							([name]) => !(instead && headers.some(([one]) => one === name)),
						),
						...headers,
					],
				}),
		),
	},
	{
		weight: 1,
		arbitrary: fc.constant<Change>((shot) => ({ ...shot, headers: [] })),
	},
	{
		weight: 1,
		arbitrary: fc
			.constantFrom<Framing[]>(
				"chunked",
				"pieces",
				"expect",
				"too-short",
				"too-long",
				"both-lengths",
				"bad-chunk",
				"abandoned",
			)
			.map(
				(framing): Change =>
					(shot) => ({ ...shot, framing }),
			),
	},
);

const changed = fc
	.tuple(validShot, fc.array(change, { minLength: 1, maxLength: 3 }))
	.map(([shot, changes]) => changes.reduce((one, change) => change(one), shot));

const huge = fc
	.tuple(
		fc.oneof(
			{
				weight: 3,
				arbitrary: fc.constant<Shot>({
					method: "POST",
					target: "/bulk/increments",
					headers: [],
				}),
			},
			{ weight: 1, arbitrary: validShot },
		),
		hugeBody,
	)
	.map(([shot, body]): Shot => ({ ...shot, body }));

const noHttp = bytes.map(
	(body): Shot => ({
		method: "POST",
		target: "/increment/a",
		headers: [],
		body,
		framing: "bytes",
	}),
);

/** A third is valid, most of the rest differs from that in a thing or three. */
export const anyCase: Arbitrary<Case> = fc.record({
	shot: fc.oneof(
		{ weight: 130, arbitrary: validShot },
		{ weight: 240, arbitrary: changed },
		{ weight: 3, arbitrary: huge },
		{ weight: 4, arbitrary: noHttp },
	),
	copies: fc.integer({ min: 1, max: 3 }),
});

import fc from "fast-check";
import type { Router } from "hono/router";
import { RegExpRouter } from "hono/router/reg-exp-router";
import { expect, test } from "vitest";
import { PathRouter } from "../../templates/runtime/http/path-router.ts";

/** Paths of routes as the Worker and the stubs have them, and one with a plain parameter. */
const ROUTES = [
	["ALL", "/*"],
	["GET", "/-/counter.js"],
	["ALL", "/global/*"],
	["POST", "/increment/:counter{[^]+}"],
	["POST", "/increments"],
	["GET", "/counters"],
	["GET", "/counters/:counter{[^]+}"],
	["ALL", "/hit/:counter{[^]+}"],
	["POST", "/global/reset"],
	["POST", "/global/reset/:counter{[^]+}"],
	["GET", "/shard/:n{[0-9]+}/counters"],
	["POST", "/shard/:n{[0-9]+}/write"],
	["DELETE", "/limits/:counter{[^]+}"],
	["GET", "/page/:name/end"],
] as const;

const MOUNTS = ["", "/a", "/a.b", "/a+b", "/é/(x)"] as const;

/** Answers what a router finds: routes by number, with the values of their parameters. */
function found(router: Router<number>, method: string, path: string): unknown {
	const [matches, stash] = router.match(method, path);
	return matches.map(([route, params]) => [
		route,
		Object.fromEntries(
			Object.entries(params).map(([name, value]) => [
				name,
				typeof value === "number" ? stash?.[value] : value,
			]),
		),
	]);
}

const method = fc.constantFrom("GET", "POST", "DELETE", "PUT", "ALL");
const part = fc.oneof(
	fc.constantFrom(
		..."/ // a b 0 12 1x . .. - _ + é \n 😀 counter counters increments increment reset end :n * ? () %2F".split(
			" ",
		),
	),
	fc.string({ unit: "binary", maxLength: 3 }),
);
/** Mostly paths of a route with something in place of its parameter, at its end or on the way. */
const path = fc
	.tuple(
		fc.constantFrom(...MOUNTS, "/aXb", "/other"),
		fc.oneof(
			fc.constantFrom(...ROUTES.map(([, route]) => route)),
			part.map((text) => `/${text}`),
		),
		fc.array(part, { minLength: 1, maxLength: 3 }),
		fc.array(part, { maxLength: 2 }),
	)
	.map(
		([mount, route, inside, after]) =>
			mount +
			route.replace(/:\w+(?:\{.+\})?|\*$/, () => inside.join("")) +
			after.join(""),
	);

test.each(MOUNTS)(
	"finds the routes that Hono's large router finds, mounted at %o",
	(mount) => {
		const ours = new PathRouter<number>();
		const theirs = new RegExpRouter<number>();
		for (const router of [ours, theirs])
			for (const [n, [method, route]] of ROUTES.entries())
				router.add(method, mount + route, n);
		fc.assert(
			fc.property(method, path, (method, path) => {
				expect(found(ours, method, path)).toEqual(found(theirs, method, path));
			}),
			{ numRuns: 5_000, seed: 1 },
		);
	},
);

test("answers no path with a slash more as the one without it", () => {
	const router = new PathRouter<number>();
	router.add("GET", "/counters", 1);
	router.add("GET", "/counters/:counter{[^]+}", 2);
	expect(found(router, "GET", "/counters")).toEqual([[1, {}]]);
	expect(found(router, "GET", "/counters/")).toEqual([]);
	expect(found(router, "GET", "/counters//")).toEqual([[2, { counter: "/" }]]);
});

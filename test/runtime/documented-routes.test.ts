import { describe, expect, it } from "vitest";
import { routesOf } from "../../cli/openapi/routes.ts";
import { workerRoutes } from "../../cli/openapi/worker.ts";
import page from "../../docs/http.md?raw";
import { counterRouter } from "../../templates/runtime/http/router.ts";
import { counterWorker } from "../../templates/runtime/worker.ts";
import { totalOf } from "./documented.ts";
import { asAdmin, call } from "./support.ts";
import { Big, Past, Quota, Votes } from "./worker/index.ts";

/** Lists method and path of each route of a Worker or router, without middleware. */
function routesOfApp({
	routes,
}: Pick<ReturnType<typeof counterRouter>, "routes">) {
	const all = routes
		.filter(({ method }) => method !== "ALL")
		.map(({ method, path }) => `${method} ${path.replace(/\{.*?\}/, "")}`);
	return [...new Set(all)].toSorted();
}

describe.each([
	{ mount: "/big", namespace: Big, methods: ["GET", "POST"] as const },
	{ mount: "/past", namespace: Past, methods: ["GET", "POST"] as const },
	{ mount: "/quota", namespace: Quota, methods: ["GET", "POST"] as const },
	{ mount: "/votes", namespace: Votes, methods: ["POST"] as const },
])("the table of routes in docs/http.md, for $mount", (one) => {
	const { increment, read } = one.namespace.access;
	const table = routesOf({
		mount: "/",
		methods: [...one.methods],
		access: { increment, read, admin: "token" },
		live: one.namespace.live.objects > 0 && one.namespace.live,
		top: one.namespace.top.counters,
		history:
			Object.keys(one.namespace.history.kept).length > 0
				? one.namespace.history.kept
				: undefined,
		total: totalOf(one.namespace),
	}).flatMap(({ methods, ...row }) =>
		methods.map((method) => ({ method, ...row })),
	);

	it("has every route of the router, and no other", () => {
		const documented = table.map(({ method, path }) => `${method} ${path}`);
		expect(documented.toSorted()).toEqual(
			routesOfApp(counterRouter(one.namespace)),
		);
	});

	it.each(table)("$method $path answers whom it says", async (row) => {
		const path = row.path.replace(":counter", "yes").replace(":n", "0");
		const url = `${one.mount}${path}`;
		const stranger = await call(url, { method: row.method });
		expect(stranger.status === 401).toBe(row.access !== "public");
		const answer = await (await asAdmin(url, row.method)).text();
		expect(answer).not.toContain("urn:problem-type:counter-gen:not-found");
	});
});

it.each([true, false])(
	"the Worker has the routes of the document and of docs/http.md, with openapi: %s",
	(openapi) => {
		const routes = routesOfApp(
			counterWorker({ mounts: {}, ...(openapi && { openapi: {} }) }),
		);
		const worker = { name: "any", openapi };
		const described = workerRoutes({ worker, namespaces: [] });
		expect(described.map(({ path }) => `GET ${path}`).toSorted()).toEqual(
			routes,
		);
		const [, text = ""] = page.split("<!-- end -->");
		const documented = text.match(/(?<=`)GET \/-\/[\w.]+(?=`)/g) ?? [];
		for (const route of routes) expect(documented).toContain(route);
	},
);

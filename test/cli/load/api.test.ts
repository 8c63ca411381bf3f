import { expect, onTestFinished, test } from "vitest";
import { parseTarget } from "../../../cli/client/target.ts";
import { CounterApi } from "../../../cli/load/api.ts";
import { json, serve } from "./counter-server.ts";

test.each([
	["nothing yet", {}],
	["a page of one", { a: 1 }],
	["all, whatever the limit", { a: 1, b: -2, c: 0 }],
])(
	"a namespace that answers %s is asked for one counter",
	async (_, totals) => {
		const seen: (string | undefined)[] = [];
		const { url } = await serve((request, response) => {
			seen.push(request.url);
			json(response, 200, totals);
		});
		const { signal } = new AbortController();
		const api = new CounterApi(parseTarget(url), undefined, signal, 30_000);
		onTestFinished(() => api.close());
		await api.preflight();
		expect(seen).toEqual(["/counters?limit=1"]);
	},
);

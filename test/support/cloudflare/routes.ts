import type { Account, Answer, Metadata } from "./account.ts";

export interface Call {
	method: string;
	/** After `/client/v4`. */
	path: string;
	/** Of a list, from 1. */
	page: number;
	/** Those of a list that are asked for; none: all. */
	names: readonly string[];
	/** Not read yet. */
	body: Response;
}

type Handler = (
	account: Account,
	name: string,
	body: Response,
	names: readonly string[],
) => Answer | Promise<Answer>;

const script = "workers/scripts/([^/]+)";

/** Calls below `/accounts/:id/`; the group is what a handler gets as name. */
const routes: [method: string, path: string, handle: Handler][] = [
	["GET", "workers/services/([^/]+)", (account, name) => account.service(name)],
	["GET", "workers/subdomain", ({ subdomain }) => ({ result: { subdomain } })],
	["PUT", script, upload],
	[
		"GET",
		`${script}/settings`,
		(account, name) => account.of(name, ({ bindings }) => ({ bindings })),
	],
	[
		"GET",
		`${script}/deployments`,
		(account, name) =>
			account.of(name, ({ versions }) => ({
				deployments: versions
					.map((version_id) => ({
						id: version_id,
						versions: [{ version_id, percentage: 100 }],
					}))
					.reverse(),
			})),
	],
	[
		"GET",
		`${script}/versions/[^/]+`,
		(account, name) =>
			account.of(name, ({ bindings }) => ({ resources: { bindings } })),
	],
	[
		"GET",
		`${script}/secrets`,
		(account, name) =>
			account.of(name, ({ secrets }) =>
				[...secrets.keys()].map((name) => ({ name, type: "secret_text" })),
			),
	],
	[
		"PUT",
		`${script}/secrets`,
		async (account, script, body) => {
			const { name, text } = (await body.json()) as Record<string, string>;
			return account.of(script, ({ secrets }) => {
				secrets.set(String(name), String(text));
				return { name, type: "secret_text" };
			});
		},
	],
	[
		"PATCH",
		`${script}/script-settings`,
		async (account, name, body) => {
			const { tags } = (await body.json()) as { tags?: string[] };
			return account.of(name, (script) => {
				script.tags = tags ?? script.tags;
				return { tags };
			});
		},
	],
	[
		"GET",
		"workers/workers/([^/]+)",
		(account, name) =>
			account.of(name, ({ reachable }) => ({
				name,
				subdomain: { enabled: reachable, previews_enabled: reachable },
			})),
	],
	[
		"POST",
		`${script}/subdomain`,
		async (account, name, body) => {
			const { enabled } = (await body.json()) as { enabled: boolean };
			return account.of(name, (script) => {
				script.reachable = enabled;
				return { enabled, previews_enabled: enabled };
			});
		},
	],
	[
		"GET",
		"storage/kv/namespaces",
		({ kv }) => ({ result: [...kv].map(([id, { title }]) => ({ id, title })) }),
	],
	[
		"GET",
		"storage/kv/namespaces/([^/]+)/keys",
		({ kv }, id) => ({
			result: Object.keys(kv.get(id)?.values ?? {}).map((name) => ({ name })),
		}),
	],
	[
		"POST",
		"storage/kv/namespaces",
		async (account, _, body) => {
			const { title } = (await body.json()) as { title: string };
			return account.createKv(title);
		},
	],
	[
		"GET",
		"queues",
		({ queues }, _, __, names) => ({
			result: [...queues]
				.filter(([name]) => names.includes(name) || names.length === 0)
				.map(([name, consumers]) => ({
					queue_id: name,
					queue_name: name,
					consumers,
				})),
		}),
	],
	["POST", "queues/([^/]+)/consumers", consume],
	["PUT", "queues/([^/]+)/consumers/[^/]+", consume],
];

/** Answers a call as the API does; undefined if it is not known here. */
export async function answerCall(
	account: Account,
	{ method, path, page, names, body }: Call,
): Promise<Answer | undefined> {
	// No list here is longer than a page.
	if (page > 1) return { result: [] };
	const owner = { id: account.id, name: "Example" };
	if (path === "/accounts") return { result: [owner] };
	if (path === "/memberships")
		return { result: [{ id: account.id, account: owner }] };
	for (const [verb, pattern, handle] of routes) {
		const found = new RegExp(`^/accounts/${account.id}/${pattern}$`).exec(path);
		if (verb === method && found)
			return handle(account, decodeURIComponent(found[1] ?? ""), body, names);
	}
	return undefined;
}

async function consume(
	account: Account,
	queue: string,
	body: Response,
): Promise<Answer> {
	const { script_name: script, ...consumer } = (await body.json()) as {
		script_name: string;
	};
	const made = { ...consumer, script, consumer_id: `${queue}-${script}` };
	account.queues.set(queue, [made]);
	return { result: made };
}

async function upload(
	account: Account,
	name: string,
	body: Response,
): Promise<Answer> {
	const form = await body.formData();
	const metadata: Metadata = JSON.parse(await text(form.get("metadata")));
	const main = await text(form.get(metadata.main_module));
	return account.upload(name, metadata, main);
}

async function text(part: File | string | null): Promise<string> {
	return part instanceof Blob ? part.text() : String(part);
}

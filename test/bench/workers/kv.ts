interface Env {
	KV: KVNamespace;
}

async function read(kv: KVNamespace, name: string): Promise<number> {
	return Number((await kv.get(name)) ?? 0);
}

/** A counter in KV: read it, add 1, write it back. Others may do so meanwhile. */
export default {
	async fetch(request: Request, { KV }: Env): Promise<Response> {
		const { pathname, searchParams } = new URL(request.url);
		const [, route, name = ""] = pathname.split("/");
		if (route === "increment") {
			const value = (await read(KV, name)) + 1;
			await KV.put(name, String(value));
			return Response.json({ value });
		}
		const names = searchParams.getAll("name");
		const values = await Promise.all(names.map((one) => read(KV, one)));
		const total = values.reduce((sum, value) => sum + value, 0);
		return Response.json({ total });
	},
};

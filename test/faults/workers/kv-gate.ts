/** Service that a KV of plain workerd is bound to: see templates/serve/kv.js. */
interface Store {
	fetch(request: Request, env: object): Promise<Response>;
}

let fault = "";

/**
 * Stands before a KV, and fails or hangs instead of it; the key `fault` takes
 * which. Whoever hung gets an answer when that is over.
 */
export function gated(kv: Store): Store {
	return {
		async fetch(request, env) {
			if (new URL(request.url).pathname === "/fault") {
				fault = await request.text();
				return new Response(null);
			}
			while (fault === "hangs") await scheduler.wait(50);
			if (fault === "fails") return new Response(null, { status: 500 });
			return kv.fetch(request, env);
		},
	};
}

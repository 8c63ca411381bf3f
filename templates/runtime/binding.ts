/** @throws if `env` has no binding of that name */
export function binding<T>(env: object, name: string): T {
	const bound = (env as Record<string, T | undefined>)[name];
	if (bound) return bound;
	throw new Error(`env.${name} is not bound: check wrangler.toml`);
}

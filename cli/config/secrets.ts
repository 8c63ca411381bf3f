/** The secret that opens the admin routes, and all others too. */
export const ADMIN_SECRET = "COUNTER_ADMIN_TOKEN";

/** The secret that opens increments and KV reads where they ask for one. */
export const TOKEN_SECRET = "COUNTER_TOKEN";

export type SecretName = typeof ADMIN_SECRET | typeof TOKEN_SECRET;

/** Lists the secrets without which some route of a Worker would stay closed. */
export function requiredSecrets({
	namespaces,
}: {
	namespaces: readonly {
		access: { increment: string; read: string; admin: string };
	}[];
}): SecretName[] {
	const asked = namespaces.map(({ access }) => access);
	const secrets: SecretName[] = [];
	if (asked.some(({ admin }) => admin === "token")) secrets.push(ADMIN_SECRET);
	if (asked.some(({ increment, read }) => [increment, read].includes("token")))
		secrets.push(TOKEN_SECRET);
	return secrets;
}

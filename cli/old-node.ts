type Env = Readonly<Record<string, string | undefined>>;

/**
 * Says which Node.js is needed, and how to have one for the project. An old
 * Node loads this file, too.
 *
 * @param version of the Node that runs this
 */
export function oldNodeText(version: string, env: Env): string {
	return `counter-gen needs Node.js 22.12 or newer; this is ${version}. ${advice(env)}\n`;
}

function advice({ npm_config_user_agent: agent = "", NODE_ENV }: Env): string {
	if (agent.startsWith("yarn/"))
		return "Yarn runs scripts by the Node.js that runs Yarn: install a newer one, and run Yarn by that.";
	// A production install leaves devDependencies out, and this would be one.
	const isProduction = NODE_ENV === "production";
	const save = isProduction ? "--save-prod" : "--save-dev";
	// pnpm and bun build no package unasked, nor pnpm one that it left unbuilt.
	const install = agent.startsWith("pnpm/")
		? `pnpm add ${save} node@24 --allow-build=node && pnpm rebuild node`
		: agent.startsWith("bun/")
			? `bun add ${isProduction ? "" : "--dev "}--trust node@24`
			: `npm install ${save} node@24`;
	return `To have one for this project:\n\n  ${install}\n`;
}

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "@babel/parser";
import { routesOf } from "../cli/openapi/routes.ts";
import { namespaceKeys, otherKeys } from "./keys.ts";

const root = join(import.meta.dirname, "..");

/** Parts of pages that come from the code, by page and by the name of the part. */
const parts: Record<string, Record<string, () => string>> = {
	"docs/configuration.md": {
		"namespace keys": namespaceKeys,
		"other keys": otherKeys,
	},
	"docs/http.md": { routes },
	"docs/stubs.md": {
		shard: () => declarations("shard", "ShardStub"),
		global: () => declarations("global", "GlobalStub"),
		limits: () => declarations("limits", "LimitStub"),
	},
};

export const pages = Object.keys(parts);

/** Renders a page anew, with new text between `<!-- name -->` and `<!-- end -->`. */
export function rendered(page: string): string {
	let text = readFileSync(join(root, page), "utf8");
	for (const [name, render] of Object.entries(parts[page] ?? {})) {
		const [before, rest] = text.split(`<!-- ${name} -->\n`);
		const [, ...after] = rest?.split("<!-- end -->") ?? [];
		if (after.length === 0) throw new Error(`${page} has no part ${name}`);
		text = `${before}<!-- ${name} -->\n\n${render()}\n\n<!-- end -->${after.join("<!-- end -->")}`;
	}
	return text;
}

function routes(): string {
	const all = routesOf({
		mount: "/",
		methods: ["GET", "POST"],
		access: { increment: "public", read: "public", admin: "token" },
		live: { objects: 1 },
		top: 10,
		history: {},
		total: {},
	});
	return [
		"| route | access by default | answers |",
		"|---|---|---|",
		...all.map(
			({ methods, path, access, answer }) =>
				`| \`${methods.at(-1)} ${path}\` | ${access} | ${answer} |`,
		),
	].join("\n");
}

/** Shows the public methods of a stub with their comments, as TypeScript. */
function declarations(file: string, className: string): string {
	const path = join(root, `templates/runtime/stubs/${file}.ts`);
	const source = readFileSync(path, "utf8");
	const { program } = parse(source, {
		sourceType: "module",
		plugins: ["typescript"],
	});
	const declared = program.body
		.map((node) =>
			node.type === "ExportNamedDeclaration" ? node.declaration : null,
		)
		.find(
			(node) =>
				node?.type === "ClassDeclaration" && node.id?.name === className,
		);
	if (declared?.type !== "ClassDeclaration")
		throw new Error(`${path} declares no ${className}`);
	const members = declared.body.body.flatMap((member) => {
		if (member.type !== "ClassMethod" || member.kind !== "method") return [];
		if (member.accessibility === "protected") return [];
		const comment = member.leadingComments?.at(-1);
		const head = source
			.slice(member.start ?? 0, member.body.start ?? 0)
			.replace(/\s+/g, " ")
			.replace(/([(<]) | (?=[)>])/g, "$1")
			.replace(/,(?=[)>])/g, "")
			.trim();
		const doc = comment ? `\t/*${comment.value}*/\n` : "";
		return [`${doc}\t${head.replace(/^async /, "")};`];
	});
	return `\`\`\`ts\nclass ${className} {\n${members.join("\n\n")}\n}\n\`\`\``;
}

if (import.meta.main)
	for (const page of pages) writeFileSync(join(root, page), rendered(page));

import { Ajv2020 } from "ajv/dist/2020.js";
import type { OpenApi } from "../../cli/openapi/document.ts";
import { PROBLEMS, type ProblemCode } from "../../cli/openapi/problems.ts";
import type { Schema } from "../../cli/openapi/schemas.ts";

/** Headers that any answer may have; the document does not list them. */
const ANYWHERE =
	/^(?:content-(?:type|length|security-policy)|cache-control|referrer-policy|vary|x-content-type-options|access-control-.*)$/;

interface Parameter {
	name: string;
	in: "path" | "query" | "header";
	required?: boolean;
	explode?: boolean;
	schema: Schema;
}

interface Response {
	headers?: Readonly<Record<string, { required?: boolean; schema: Schema }>>;
	content?: Readonly<Record<string, { schema: Schema }>>;
}

/** An operation of the document, with all that it refers to. */
interface Operation {
	parameters?: readonly Parameter[];
	responses: Readonly<Record<string, Response>>;
}

/** A question, its answer, and the way to say that it should not have come. */
interface Exchange {
	request: globalThis.Request;
	url: URL;
	answer: globalThis.Response;
	complain: (why: string) => never;
}

/** Compares answers of a Worker with its OpenAPI document. */
export class AnswerCheck {
	/** Operations by method and a pattern of their path. */
	readonly #operations: readonly [RegExp, Operation][];
	readonly #ajv = new Ajv2020({
		strict: false,
		formats: {
			"date-time":
				/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{3}Z|Z|[+-]\d\d:\d\d)$/,
		},
	});

	constructor(document: OpenApi) {
		const whole = closed(resolved(document, document)) as OpenApi;
		this.#operations = Object.entries(whole.paths).flatMap(([path, item]) =>
			Object.entries(item).map(([method, operation]): [RegExp, Operation] => [
				patternOf(method, path),
				operation as unknown as Operation,
			]),
		);
	}

	/**
	 * @throws Error unless the document has an answer and, if that is no refusal,
	 * its request
	 */
	async check(
		request: globalThis.Request,
		answer: globalThis.Response,
	): Promise<void> {
		const url = new URL(request.url);
		const complain = (why: string): never => {
			throw new Error(
				`${request.method} ${url.pathname}${url.search} → ${answer.status}: ${why}. See cli/openapi`,
			);
		};
		const exchange = { request, url, answer, complain };
		const method = request.method === "HEAD" ? "GET" : request.method;
		const asked = `${method} ${url.pathname}`;
		for (const [pattern, operation] of this.#operations) {
			const match = pattern.exec(asked);
			if (!match) continue;
			const isHeadRefused = request.method === "HEAD" && answer.status === 405;
			if (isHeadRefused) return;
			const response = operation.responses[answer.status];
			if (!response) return complain("no such status in the document");
			this.#checkHeaders(response, exchange);
			await this.#checkBody(response, exchange);
			if (answer.status < 300)
				this.#checkRequest(operation, match.groups ?? {}, exchange);
			return;
		}
		checkUndescribed(exchange);
	}

	#checkHeaders({ headers = {} }: Response, exchange: Exchange): void {
		const { answer, complain } = exchange;
		const known = new Map(
			Object.entries(headers).map(([name, one]) => [name.toLowerCase(), one]),
		);
		for (const [name, value] of answer.headers) {
			if (ANYWHERE.test(name)) continue;
			const header = known.get(name) ?? complain(`no header ${name}`);
			this.#validate(header.schema, value, name, exchange);
		}
		for (const [name, { required }] of known)
			if (required && !answer.headers.has(name)) complain(`${name} is missing`);
	}

	async #checkBody({ content }: Response, exchange: Exchange): Promise<void> {
		const { request, answer, complain } = exchange;
		if (!content || request.method === "HEAD") return;
		const [type = ""] = (answer.headers.get("Content-Type") ?? "").split(";");
		const media = content[type] ?? complain(`no ${type} in the document`);
		if (!type.endsWith("json")) return;
		const body = await answer.json();
		this.#validate(media.schema, body, "the body", exchange);
		if (type !== "application/problem+json") return;
		const code = (body as { type: string }).type.split(":").at(-1);
		const { retry = false } = PROBLEMS[code as ProblemCode];
		if (answer.headers.has("Retry-After") !== retry)
			complain(`of ${code} the document says that retry is ${retry}`);
	}

	/** Checks that the document has the parameters of a request. */
	#checkRequest(
		{ parameters = [] }: Operation,
		inPath: Readonly<Record<string, string>>,
		exchange: Exchange,
	): void {
		const { url, request, complain } = exchange;
		for (const { name, required, schema, ...parameter } of parameters) {
			if (parameter.explode) continue;
			const value = {
				path: () => decodeURIComponent(inPath[name] ?? ""),
				query: () => url.searchParams.get(name),
				header: () => request.headers.get(name),
			}[parameter.in]();
			if (value !== null) this.#validate(schema, value, name, exchange);
			else if (required) complain(`${name} is missing`);
		}
	}

	/** Takes text for what the schema asks for: a number, a list, … */
	#validate(
		schema: Schema,
		value: unknown,
		what: string,
		{ complain }: Exchange,
	): void {
		const read = typeof value === "string" ? parsed(schema, value) : value;
		if (this.#ajv.validate(schema, read)) return;
		const why = this.#ajv.errorsText(this.#ajv.errors, { dataVar: what });
		complain(`${why} in ${JSON.stringify(value)}`);
	}
}

function parsed({ type }: Schema, text: string): unknown {
	if (type === "integer") return Number(text);
	return type === "array" ? text.split(",") : text;
}

/** Takes refusals, and what only the dashboard asks. */
function checkUndescribed({ request, url, answer, complain }: Exchange): void {
	const { pathname } = url;
	if (pathname === "/" || pathname.startsWith("/-/")) return;
	if (request.method !== "OPTIONS" && ![404, 405].includes(answer.status))
		complain("no such route in the document");
}

function patternOf(method: string, path: string): RegExp {
	const escaped = path
		.replaceAll(".", "\\.")
		.replaceAll("{n}", "(?<n>\\d+)")
		// A name is the rest of the path, slashes included.
		.replaceAll(/\{(\w+)\}/g, "(?<$1>.+)");
	return new RegExp(`^${method.toUpperCase()} ${escaped}$`);
}

/** Puts in place of each reference what it refers to. */
function resolved(part: unknown, document: object): unknown {
	return mapped(part, (one) => {
		if (one.$ref === undefined) return undefined;
		const [, ...steps] = one.$ref.split("/");
		const found = steps.reduce<unknown>(
			(at, step) => (at as Record<string, unknown>)[step],
			document,
		);
		if (found === undefined) throw new Error(`There is no ${one.$ref}`);
		return resolved(found, document);
	});
}

/** Takes no members that objects do not list: an undocumented one is a fault. */
function closed(part: unknown): unknown {
	return mapped(part, (one) => {
		if (!one.properties || "additionalProperties" in one) return undefined;
		return closed({ ...one, additionalProperties: false });
	});
}

/** An object of the document. */
interface Part {
	$ref?: string;
	properties?: object;
	additionalProperties?: unknown;
}

/** Copies a part; `change` may answer another in place of an object. */
function mapped(part: unknown, change: (one: Part) => unknown): unknown {
	if (Array.isArray(part)) return part.map((one) => mapped(one, change));
	if (typeof part !== "object" || part === null) return part;
	return (
		change(part) ??
		Object.fromEntries(
			Object.entries(part).map(([key, one]) => [key, mapped(one, change)]),
		)
	);
}

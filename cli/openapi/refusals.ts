import type { ImageType } from "./operation.ts";
import { PROBLEMS, type ProblemCode, problemName } from "./problems.ts";
import { headers, media, ref, type Schema } from "./schemas.ts";

/** Ends the names of refusals that may be images. */
const IMAGES: Readonly<Record<ImageType, string>> = {
	"image/gif": "gif",
	"image/svg+xml": "svg",
};

/** Refusals of all operations: those that several share are described once. */
export class Refusals {
	/** Descriptions by name: the problems that it may be. */
	readonly responses: Record<string, Schema> = {};
	/** Answers that were referred to, by the problems. */
	readonly #known = new Map<string, Schema>();

	/**
	 * Refers, by status, to what an operation answers when it refuses.
	 *
	 * @param image media type that this has, too, where an image is asked for
	 */
	of(codes: readonly ProblemCode[], image: ImageType | undefined): Schema {
		const key = [...codes, image].join();
		const made = this.#known.get(key) ?? this.#make(codes, image);
		this.#known.set(key, made);
		return made;
	}

	#make(codes: readonly ProblemCode[], image: ImageType | undefined): Schema {
		const byStatus = Map.groupBy(codes, (code) => PROBLEMS[code].status);
		const responses = [...byStatus].map(([status, some]) => {
			const name = [
				...some.map(problemName),
				...(image ? [IMAGES[image]] : []),
			].join(".");
			this.responses[name] ??= response(status, some, image);
			return [status, ref("responses", name)] as const;
		});
		return Object.fromEntries(responses);
	}
}

function response(
	status: number,
	codes: readonly ProblemCode[],
	image: ImageType | undefined,
): Schema {
	const anyOf = codes.map((code) => ref("schemas", problemName(code)));
	const [only] = anyOf.length === 1 ? anyOf : [];
	return {
		description: codes.join(", "),
		...headers([
			...(codes.some((code) => PROBLEMS[code].retry) ? ["Retry-After"] : []),
			...(status === 401 ? ["WWW-Authenticate"] : []),
			...(status === 426 ? ["Upgrade"] : []),
		]),
		content: media({
			"application/problem+json": only ?? { anyOf },
			...(image && { [image]: {} }),
		}),
	};
}

import { nameParameter } from "./count.ts";
import { type Describe, EVERY_SHARD, json, parameters } from "./operation.ts";
import { orNull, safeInteger } from "./schemas.ts";

/** Problems of a bound that takes back what shards were lent. */
const CHANGED = ["limit-outstanding", "limit-unsettled"] as const;

/** `GET /limits/:counter` */
export const limit: Describe = () => ({
	id: "limit",
	parameters: parameters("Counter"),
	answer: json("Limit"),
	problems: ["invalid-counter-name", ...EVERY_SHARD],
});

/** `PUT /limits/:counter` */
export const setLimit: Describe = (namespace) => ({
	id: "setLimit",
	parameters: [nameParameter(namespace)],
	body: {
		required: true,
		content: {
			"application/json": {
				description: "At least one of the two.",
				type: "object",
				properties: { min: orNull(safeInteger), max: orNull(safeInteger) },
				additionalProperties: false,
			},
		},
	},
	answer: json("Limit"),
	problems: [
		"invalid-counter-name",
		"invalid-bounds",
		"invalid-body",
		"body-too-large",
		...CHANGED,
		...EVERY_SHARD,
	],
});

/** `DELETE /limits/:counter` */
export const dropLimit: Describe = () => ({
	id: "dropLimit",
	parameters: parameters("Counter"),
	answer: json("Limit"),
	problems: ["invalid-counter-name", ...CHANGED, ...EVERY_SHARD],
});

/** The ceiling of any Worker: answers, and does nothing else. */
export default {
	fetch: (): Response => Response.json({ status: "ok" }),
};

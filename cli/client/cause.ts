const inWords: Readonly<Record<string, string>> = {
	ECONNREFUSED: "connection refused",
	ECONNRESET: "connection reset",
	TimeoutError: "no answer in time",
	UND_ERR_CONNECT_TIMEOUT: "no connection in time",
	UND_ERR_SOCKET: "connection closed",
};

/** Why no answer came: in words, or as the code that the system gave. */
export function causeOf(error: Error & { code?: unknown }): string {
	// A DOMException, as of a timeout, has a number for a code: its name tells.
	const code = typeof error.code === "string" ? error.code : error.name;
	return inWords[code] ?? (code === "Error" ? error.message : code);
}

/** Name under which the tab keeps the token. */
const KEY = "counters-admin-token";

/**
 * Takes the token out of the address, where the link of `dev` and `serve` has
 * it, before anybody sees or copies it. Other hosts than this machine give
 * tokens in no link, so there it is dropped.
 */
export function tokenFromAddress(): string | undefined {
	const [, text] = /^#token=(.*)$/.exec(location.hash) ?? [];
	if (text === undefined) return undefined;
	history.replaceState(null, "", location.pathname + location.search);
	return isLoopback(location.hostname) ? decoded(text) : undefined;
}

/** Tells whether a host is this machine, by the names that browsers trust. */
export function isLoopback(host: string): boolean {
	return /^(?:(?:.*\.)?localhost|127(?:\.\d+){3}|\[::1\])$/.test(host);
}

/** Tells whether a header can carry it. */
export function isSendable(token: string): boolean {
	return /^[\x21-\x7e]+$/.test(token);
}

export function keptToken(): string | undefined {
	return inStorage((storage) => storage.getItem(KEY)) ?? undefined;
}

export function keepToken(token: string): void {
	inStorage((storage) => storage.setItem(KEY, token));
}

export function forgetToken(): void {
	inStorage((storage) => storage.removeItem(KEY));
}

/** A browser that keeps nothing throws: the token then lasts until a reload. */
function inStorage<Result>(
	use: (storage: Storage) => Result,
): Result | undefined {
	try {
		return use(sessionStorage);
	} catch {
		return undefined;
	}
}

function decoded(text: string): string {
	try {
		return decodeURIComponent(text);
	} catch {
		return text;
	}
}

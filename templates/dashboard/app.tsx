import { useEffect, useRef, useState } from "preact/hooks";
import type { ShownNamespace } from "../runtime/dashboard/shown.ts";
import { Api, Refused } from "./api.ts";
import { clock } from "./format.ts";
import { Logo } from "./logo.tsx";
import { NamespaceView } from "./namespace-view.tsx";
import type { Picture } from "./picture.ts";
import { SignIn } from "./sign-in.tsx";
import {
	forgetToken,
	isSendable,
	keepToken,
	keptToken,
	tokenFromAddress,
} from "./token.ts";
import { pause } from "./wait.ts";

/** Pause before a Worker that did not answer is asked again. */
const RETRY_MS = 2_000;

/** Folder that the Worker's paths are in; the page is at `-/` there. */
const BASE = new URL("../", document.baseURI);

interface Attempt {
	token: string | undefined;
}

interface Opened {
	api: Api;
	namespaces: readonly ShownNamespace[];
}

/** Asks for the token, if one is needed, and shows the namespaces. */
export function App() {
	const [attempt, setAttempt] = useState<Attempt>(() => ({
		token: tokenFromAddress() ?? keptToken(),
	}));
	const [opened, setOpened] = useState<Opened>();
	const [message, setMessage] = useState("");
	const [isAsking, setAsking] = useState(false);
	const [place, setPlace] = useState(placeInAddress);
	const pictures = useRef(new Map<string, Picture>());

	useEffect(() => {
		const onHash = () => {
			const token = tokenFromAddress();
			if (token === undefined) setPlace(placeInAddress());
			else setAttempt({ token });
		};
		window.addEventListener("hashchange", onHash);
		return () => window.removeEventListener("hashchange", onHash);
	}, []);

	useEffect(() => {
		const end = new AbortController();
		setOpened(undefined);
		void open(attempt, end.signal, {
			onOpened: (found) => {
				if (attempt.token !== undefined) keepToken(attempt.token);
				setMessage("");
				setAsking(false);
				setOpened(found);
			},
			onRefused: (why) => {
				forgetToken();
				setMessage(why);
				setAsking(true);
			},
			onLost: () =>
				setMessage("The Worker does not answer. Trying again every 2 seconds."),
		});
		return () => end.abort();
	}, [attempt]);

	const leave = (why: string) => {
		forgetToken();
		setOpened(undefined);
		setMessage(why);
		setAsking(true);
	};

	if (!opened)
		return (
			<SignIn
				isAsking={isAsking}
				message={message}
				onToken={(token) => {
					if (isSendable(token)) setAttempt({ token });
					else
						setMessage(
							"A token has letters, digits and signs only: no spaces, nothing else.",
						);
				}}
			/>
		);

	const { api, namespaces } = opened;
	const shown =
		namespaces.find(({ namespace }) => namespace === place) ?? namespaces[0];
	return (
		<>
			<header class="top">
				<h1>
					<Logo /> Counters
				</h1>
				<nav aria-label="Namespaces">
					<ul>
						{namespaces.map(({ namespace, name, mount }) => (
							<li key={namespace}>
								<a
									href={`#${encodeURIComponent(namespace)}`}
									aria-current={
										namespace === shown?.namespace ? "page" : undefined
									}
								>
									{name} <small>{mount}</small>
								</a>
							</li>
						))}
					</ul>
				</nav>
				{api.token !== undefined && (
					<button type="button" class="quiet" onClick={() => leave("")}>
						Forget the token
					</button>
				)}
			</header>
			{shown && (
				<NamespaceView
					key={shown.namespace}
					api={api}
					namespace={shown}
					pictures={pictures.current}
					onDenied={() =>
						leave(
							`The token worked until ${clock(Date.now())}, and is refused now: it was changed, or its time is over. Type the new one.`,
						)
					}
				/>
			)}
		</>
	);
}

function placeInAddress(): string {
	try {
		return decodeURIComponent(location.hash.slice(1));
	} catch {
		return "";
	}
}

/** Asks for the namespaces until the Worker says yes or no. */
async function open(
	{ token }: Attempt,
	signal: AbortSignal,
	on: {
		onOpened(opened: Opened): void;
		onRefused(why: string): void;
		onLost(): void;
	},
): Promise<void> {
	const api = new Api(BASE, token);
	while (!signal.aborted) {
		try {
			const { data } = await api.get<ShownNamespace[]>("-/namespaces", signal);
			if (!signal.aborted) on.onOpened({ api, namespaces: data });
			return;
		} catch (error) {
			if (signal.aborted) return;
			if (error instanceof Refused) {
				on.onRefused(refusal(error, token));
				return;
			}
			on.onLost();
			await pause(RETRY_MS, signal);
		}
	}
}

/** Words a refusal; nobody needs to be told that a token is missing at first. */
function refusal({ status, message }: Refused, token?: string): string {
	if (status !== 401) return message;
	return token === undefined
		? ""
		: "This token was refused: it is not the COUNTER_ADMIN_TOKEN of this Worker.";
}

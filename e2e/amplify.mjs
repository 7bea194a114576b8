// aws-amplify v6, made to sign in at whichever pool, and what it is told there.
import { Amplify } from 'aws-amplify';
import * as lib from './lib.mjs';

// ways are the options of every way to sign in with a password in one go.
export const ways = [
	{ authFlowType: 'USER_SRP_AUTH' },
	{ authFlowType: 'USER_PASSWORD_AUTH' },
	{ authFlowType: 'USER_AUTH', preferredChallenge: 'PASSWORD' },
	{ authFlowType: 'USER_AUTH', preferredChallenge: 'PASSWORD_SRP' },
];

export const wayName = (options) => Object.values(options).join(', ');

// use makes Amplify sign in at a client.
export function use({ UserPoolId, ClientId }, more = {}) {
	const { userPoolEndpoint } = lib.outputs.Auth.Cognito;
	Amplify.configure({ Auth: { Cognito: { userPoolId: UserPoolId, userPoolClientId: ClientId, userPoolEndpoint, ...more } } });
}

// step is what a sign-in asks for next.
export const step = ({ isSignedIn, nextStep }) => (isSignedIn ? 'DONE' : nextStep.signInStep);

// challenges returns what the server has asked for while run ran, in order.
export async function challenges(run) {
	const asked = [];
	const { fetch } = globalThis;
	globalThis.fetch = async (...args) => {
		const res = await fetch(...args);
		const { ChallengeName } = await res.clone().json().catch(() => ({}));
		if (ChallengeName) asked.push(ChallengeName);
		return res;
	};
	try {
		await run();
	} finally {
		globalThis.fetch = fetch;
	}
	return asked;
}

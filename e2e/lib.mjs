// What the test files share: where the server is, the people who sign in, and
// the mail they get. The Go tests of this folder start the server and set the
// variables.
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import {
	CognitoIdentityProviderClient,
	ConfirmSignUpCommand,
	DescribeUserPoolClientCommand,
	DescribeUserPoolCommand,
	InitiateAuthCommand,
	SignUpCommand,
} from '@aws-sdk/client-cognito-identity-provider';

export const endpoint = variable('CENOTE_ENDPOINT'); // http://127.0.0.1:41873
export const lambdaEndpoint = variable('CENOTE_LAMBDA_ENDPOINT'); // where the server calls functions
export const outputs = JSON.parse(readFileSync(variable('CENOTE_OUTPUTS'), 'utf8'));
export const { userPoolId: poolId, userPoolClientId: clientId } = outputs.Auth.Cognito;

// Every password holds the mark the Go tests look for in the server's output.
export const password = 'Tulip-4-ada';
export const otherPassword = 'Tulip-4-bob';

function variable(name) {
	const value = process.env[name];
	if (!value) throw new Error(`${name} is not set; run the tests with make e2e`);
	return value;
}

// sdk returns an SDK client for a region, signing with made-up keys.
export function sdk(region = 'us-east-1', options = {}) {
	return new CognitoIdentityProviderClient({
		endpoint,
		region,
		credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example' },
		...options,
	});
}

export function newEmail(name = 'ada') {
	return `${name}.${randomUUID().slice(0, 8)}@example.com`;
}

// inbox returns what was sent to an address, newest first.
export async function inbox(destination) {
	const res = await fetch(`${endpoint}/_cenote/inbox?destination=${encodeURIComponent(destination)}`);
	if (!res.ok) throw new Error(`inbox: ${res.status} ${await res.text()}`);
	return (await res.json()).messages;
}

// mail waits until an address has got a number of messages, and returns the newest.
export async function mail(destination, count = 1) {
	for (let tries = 0; tries < 100; tries++) {
		const messages = await inbox(destination);
		if (messages.length >= count) return messages[0];
		await new Promise((resolve) => setTimeout(resolve, 50));
	}
	throw new Error(`${destination} did not get ${count} messages`);
}

// code waits like mail, and returns the code in the newest message.
export async function code(destination, count = 1) {
	return (await mail(destination, count)).code;
}

// advance moves the server's clock, by a duration such as 25h.
export async function advance(duration) {
	const body = JSON.stringify({ advance: duration });
	await clock({ method: 'POST', headers: { 'Content-Type': 'application/json' }, body });
}

// serverTime returns what the server's clock shows, in milliseconds.
export const serverTime = async () => Date.parse((await clock()).now);

async function clock(request) {
	const res = await fetch(`${endpoint}/_cenote/clock`, request);
	if (!res.ok) throw new Error(`clock: ${res.status} ${await res.text()}`);
	return res.json();
}

// wrongCode returns as many digits as the code has, each another.
export function wrongCode(right) {
	return right.replaceAll(/\d/g, (digit) => (Number(digit) + 1) % 10);
}

// confirmedUser signs a new user up at the first pool and returns the address.
export async function confirmedUser(name) {
	const Username = newEmail(name);
	const client = sdk();
	await client.send(new SignUpCommand({ ClientId: clientId, Username, Password: password }));
	await client.send(
		new ConfirmSignUpCommand({ ClientId: clientId, Username, ConfirmationCode: await code(Username) }),
	);
	return Username;
}

// signIn returns the tokens of a sign-in with the plain password.
export async function signIn(username, secret = password) {
	const res = await sdk().send(
		new InitiateAuthCommand({
			ClientId: clientId,
			AuthFlow: 'USER_PASSWORD_AUTH',
			AuthParameters: { USERNAME: username, PASSWORD: secret },
		}),
	);
	return res.AuthenticationResult;
}

// refresh spends a refresh token the way the older clients do.
export function refresh(refreshToken) {
	return sdk().send(
		new InitiateAuthCommand({
			ClientId: clientId,
			AuthFlow: 'REFRESH_TOKEN_AUTH',
			AuthParameters: { REFRESH_TOKEN: refreshToken },
		}),
	);
}

// claims returns the payload of a token, unverified.
export function claims(token) {
	return JSON.parse(Buffer.from(token.split('.')[1], 'base64url'));
}

// unknownUser is the error of a sign-in by somebody the first pool does not
// know, which depends on whether its client hides who exists.
export async function unknownUser() {
	const { UserPoolClient } = await sdk().send(
		new DescribeUserPoolClientCommand({ UserPoolId: poolId, ClientId: clientId }),
	);
	return UserPoolClient.PreventUserExistenceErrors === 'ENABLED'
		? wrongPassword
		: { name: 'UserNotFoundException', message: 'User does not exist.' };
}

// foldsCase says whether the first pool takes Ada@ for ada@.
export async function foldsCase() {
	const { UserPool } = await sdk().send(new DescribeUserPoolCommand({ UserPoolId: poolId }));
	return UserPool.UsernameConfiguration?.CaseSensitive === false;
}

// Errors as the clients show them.
export const wrongPassword = { name: 'NotAuthorizedException', message: 'Incorrect username or password.' };
export const revokedAccess = { name: 'NotAuthorizedException', message: 'Access Token has been revoked' };
export const revokedRefresh = { name: 'NotAuthorizedException', message: 'Refresh Token has been revoked' };
export const mismatch = {
	name: 'CodeMismatchException',
	message: 'Invalid verification code provided, please try again.',
};
export const taken = {
	name: 'UsernameExistsException',
	message: 'An account with the given email already exists.',
};
export const tooShort = {
	name: 'InvalidPasswordException',
	message: 'Password did not conform with policy: Password not long enough',
};

// altered returns a token with one character of one part changed, and still
// well-formed: a letter deep enough in the part that its bits all count.
export function altered(token, part) {
	const parts = token.split('.');
	const at = Math.floor(parts[part].length / 2);
	const other = parts[part][at] === 'A' ? 'B' : 'A';
	parts[part] = parts[part].slice(0, at) + other + parts[part].slice(at + 1);
	return parts.join('.');
}

// jwks fetches the public keys of the first pool.
export async function jwks() {
	const res = await fetch(`${endpoint}/${poolId}/.well-known/jwks.json`);
	if (!res.ok) throw new Error(`jwks: ${res.status}`);
	return res.json();
}

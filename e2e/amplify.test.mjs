// aws-amplify v6, configured with cenote.amplify.json as it is.
import assert from 'node:assert/strict';
import { afterEach, before, test } from 'node:test';
import { Amplify } from 'aws-amplify';
import {
	confirmSignUp,
	fetchAuthSession,
	fetchUserAttributes,
	getCurrentUser,
	resendSignUpCode,
	signIn,
	signOut,
	signUp,
} from 'aws-amplify/auth';
import { cognitoUserPoolsTokenProvider } from 'aws-amplify/auth/cognito';
import { GetUserCommand } from '@aws-sdk/client-cognito-identity-provider';
import * as lib from './lib.mjs';

const { password } = lib;

// storage is where Amplify keeps its tokens: in sight, since it hands out no
// refresh token.
const storage = {
	items: new Map(),
	setItem: async (key, value) => void storage.items.set(key, value),
	getItem: async (key) => storage.items.get(key) ?? null,
	removeItem: async (key) => void storage.items.delete(key),
	clear: async () => storage.items.clear(),
};

function storedRefreshToken() {
	const keys = [...storage.items.keys()].filter((key) => key.endsWith('.refreshToken'));
	assert.equal(keys.length, 1);
	return storage.items.get(keys[0]);
}

const tokens = async (options) => (await fetchAuthSession(options)).tokens;

before(() => {
	Amplify.configure(lib.outputs);
	cognitoUserPoolsTokenProvider.setKeyValueStorage(storage);
});
afterEach(() => signOut());

test('somebody signs up, confirms, signs in by SRP and is known', async () => {
	const username = lib.newEmail();
	const up = await signUp({ username, password });
	assert.equal(up.isSignUpComplete, false);
	assert.equal(up.nextStep.signUpStep, 'CONFIRM_SIGN_UP');
	assert.deepEqual(up.nextStep.codeDeliveryDetails, {
		deliveryMedium: 'EMAIL',
		destination: 'a***@e***',
		attributeName: 'email',
	});
	assert.match(up.userId, /^[0-9a-f-]{36}$/);

	const confirmed = await confirmSignUp({ username, confirmationCode: await lib.code(username) });
	assert.equal(confirmed.isSignUpComplete, true);
	assert.equal(confirmed.nextStep.signUpStep, 'DONE');

	const { isSignedIn, nextStep } = await signIn({ username, password });
	assert.equal(isSignedIn, true);
	assert.equal(nextStep.signInStep, 'DONE');

	const user = await getCurrentUser();
	assert.equal(user.userId, up.userId);
	assert.equal(user.username, up.userId);
	assert.deepEqual(user.signInDetails, { loginId: username, authFlowType: 'USER_SRP_AUTH' });

	const attributes = await fetchUserAttributes();
	assert.deepEqual({ ...attributes }, { sub: up.userId, email: username, email_verified: 'true' });
});

test('the plain password signs in too', async () => {
	const username = await lib.confirmedUser();
	const { isSignedIn } = await signIn({ username, password, options: { authFlowType: 'USER_PASSWORD_AUTH' } });
	assert.equal(isSignedIn, true);
	assert.equal((await fetchUserAttributes()).email, username);
});

test('the address in another case signs in', async (t) => {
	if (!(await lib.foldsCase())) return t.skip('the first pool tells cases apart');
	const username = await lib.confirmedUser();
	assert.equal((await signIn({ username: username.toUpperCase(), password })).isSignedIn, true);
});

for (const authFlowType of ['USER_SRP_AUTH', 'USER_PASSWORD_AUTH']) {
	test(`a wrong password is refused by ${authFlowType}`, async () => {
		const username = await lib.confirmedUser();
		const attempt = signIn({ username, password: lib.otherPassword, options: { authFlowType } });
		await assert.rejects(attempt, lib.wrongPassword);
		await assert.rejects(getCurrentUser(), { name: 'UserUnAuthenticatedException' });
	});

	test(`somebody unknown is refused by ${authFlowType}`, async () => {
		const refusal = await lib.unknownUser();
		const attempt = signIn({ username: lib.newEmail('nobody'), password, options: { authFlowType } });
		await assert.rejects(attempt, refusal);
	});
}

test('before confirmation, a sign-in asks for it; a second code confirms', async () => {
	const username = lib.newEmail();
	await signUp({ username, password });
	await lib.code(username);

	const { isSignedIn, nextStep } = await signIn({ username, password });
	assert.equal(isSignedIn, false);
	assert.equal(nextStep.signInStep, 'CONFIRM_SIGN_UP');

	const sent = await resendSignUpCode({ username });
	assert.equal(sent.deliveryMedium, 'EMAIL');
	assert.equal(sent.destination, 'a***@e***');
	await confirmSignUp({ username, confirmationCode: await lib.code(username, 2) });
	assert.equal((await signIn({ username, password })).isSignedIn, true);
});

test('a wrong code is refused, and the right one still works', async () => {
	const username = lib.newEmail();
	await signUp({ username, password });
	const right = await lib.code(username);
	await assert.rejects(confirmSignUp({ username, confirmationCode: lib.wrongCode(right) }), lib.mismatch);
	await confirmSignUp({ username, confirmationCode: right });
	await assert.rejects(confirmSignUp({ username, confirmationCode: right }), {
		name: 'NotAuthorizedException',
		message: 'User cannot be confirmed. Current status is CONFIRMED',
	});
});

test('nobody signs up twice', async () => {
	const username = await lib.confirmedUser();
	await assert.rejects(signUp({ username, password }), lib.taken);
});

test('a weak password is refused', async () => {
	const username = lib.newEmail();
	await assert.rejects(signUp({ username, password: 'Tulip-4' }), lib.tooShort);
	await assert.rejects(signUp({ username, password: 'Tulip-four' }), {
		name: 'InvalidPasswordException',
		message: 'Password did not conform with policy: Password must have numeric characters',
	});
	await signUp({ username, password }); // the refused ones left nothing behind
});

test('forceRefresh brings a new access token of the same sign-in', async () => {
	await signIn({ username: await lib.confirmedUser(), password });
	const first = await tokens();
	const second = await tokens({ forceRefresh: true });
	const [was, is] = [first.accessToken.payload, second.accessToken.payload];

	assert.notEqual(second.accessToken.toString(), first.accessToken.toString());
	assert.notEqual(is.jti, was.jti);
	assert.equal(is.token_use, 'access');
	for (const same of ['sub', 'iss', 'client_id', 'username', 'scope', 'origin_jti', 'auth_time']) {
		assert.ok(was[same], same);
		assert.equal(is[same], was[same], same);
	}
	assert.equal(second.idToken.payload.aud, lib.clientId);
	assert.equal((await fetchUserAttributes()).sub, is.sub);
});

test('signing out revokes the refresh token', async () => {
	await signIn({ username: await lib.confirmedUser(), password });
	const refreshToken = storedRefreshToken();
	await lib.refresh(refreshToken);
	await signOut();
	await assert.rejects(getCurrentUser(), { name: 'UserUnAuthenticatedException' });
	await assert.rejects(lib.refresh(refreshToken), lib.revokedRefresh);
});

test('signing out everywhere revokes every access token', async () => {
	const username = await lib.confirmedUser();
	const elsewhere = await lib.signIn(username);
	await signIn({ username, password });
	const here = (await tokens()).accessToken.toString();

	await signOut({ global: true });
	for (const AccessToken of [here, elsewhere.AccessToken]) {
		await assert.rejects(lib.sdk().send(new GetUserCommand({ AccessToken })), lib.revokedAccess);
	}
	await assert.rejects(lib.refresh(elsewhere.RefreshToken), lib.revokedRefresh);
	assert.equal((await signIn({ username, password })).isSignedIn, true);
});

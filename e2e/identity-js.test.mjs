// amazon-cognito-identity-js v6, its callbacks turned into promises.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
	AuthenticationDetails,
	CognitoUser,
	CognitoUserAttribute,
	CognitoUserPool,
} from 'amazon-cognito-identity-js';
import {
	AdminCreateUserCommand,
	CreateUserPoolClientCommand,
	CreateUserPoolCommand,
	GetUserCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import * as lib from './lib.mjs';

const { password } = lib;

const firstPool = new CognitoUserPool({
	UserPoolId: lib.poolId,
	ClientId: lib.clientId,
	endpoint: `${lib.endpoint}/`,
});

const newUser = (Username, Pool = firstPool) => new CognitoUser({ Username, Pool });

// calling returns the result of a method that ends in a (error, result) callback.
function calling(target, method, ...args) {
	return new Promise((resolve, reject) => {
		target[method](...args, (err, result) => (err ? reject(err) : resolve(result)));
	});
}

// signing returns the session, or the attributes if a new password is due.
function signing(user, secret = password) {
	const details = new AuthenticationDetails({ Username: user.getUsername(), Password: secret });
	return new Promise((resolve, reject) => {
		user.authenticateUser(details, {
			onSuccess: resolve,
			onFailure: reject,
			newPasswordRequired: (attributes, required) => resolve({ attributes, required }),
		});
	});
}

async function signedIn() {
	const user = newUser(await lib.confirmedUser());
	return { user, session: await signing(user) };
}

const attributeMap = (list) => Object.fromEntries(list.map((a) => [a.Name, a.Value]));

test('somebody signs up, confirms, signs in by SRP and is known', async () => {
	const email = lib.newEmail();
	const up = await calling(firstPool, 'signUp', email, password, [], null);
	assert.equal(up.userConfirmed, false);
	assert.match(up.userSub, /^[0-9a-f-]{36}$/);
	assert.equal(up.codeDeliveryDetails.Destination, 'a***@e***');

	const user = newUser(email);
	assert.equal(await calling(user, 'confirmRegistration', await lib.code(email), true), 'SUCCESS');

	const session = await signing(user);
	assert.ok(session.isValid());
	assert.equal(user.getUsername(), up.userSub);
	assert.equal(session.getIdToken().payload.email, email);
	assert.equal(session.getIdToken().payload.email_verified, true);

	const attributes = attributeMap(await calling(user, 'getUserAttributes'));
	assert.deepEqual(attributes, { sub: up.userSub, email, email_verified: 'true' });
	const data = await calling(user, 'getUserData');
	assert.equal(data.Username, up.userSub);
	assert.deepEqual(attributeMap(data.UserAttributes), attributes);
});

test('attributes given at sign-up come back', async () => {
	const email = lib.newEmail();
	const name = 'Ada Lovelace, née Byron';
	await calling(firstPool, 'signUp', email, password, [new CognitoUserAttribute({ Name: 'name', Value: name })], null);
	const user = newUser(email);
	await calling(user, 'confirmRegistration', await lib.code(email), false);
	const session = await signing(user);
	assert.equal(session.getIdToken().payload.name, name);
	assert.equal(attributeMap(await calling(user, 'getUserAttributes')).name, name);
});

test('the plain password signs in too', async () => {
	const user = newUser(await lib.confirmedUser());
	user.setAuthenticationFlowType('USER_PASSWORD_AUTH');
	assert.ok((await signing(user)).isValid());
	assert.ok(attributeMap(await calling(user, 'getUserAttributes')).email);
});

for (const flow of ['USER_SRP_AUTH', 'USER_PASSWORD_AUTH']) {
	test(`a wrong password is refused by ${flow}`, async () => {
		const user = newUser(await lib.confirmedUser());
		user.setAuthenticationFlowType(flow);
		await assert.rejects(signing(user, lib.otherPassword), { code: lib.wrongPassword.name, ...lib.wrongPassword });
	});

	test(`somebody unknown is refused by ${flow}`, async () => {
		const refusal = await lib.unknownUser();
		const user = newUser(lib.newEmail('nobody'));
		user.setAuthenticationFlowType(flow);
		await assert.rejects(signing(user), refusal);
	});

	test(`a sign-in by ${flow} waits for the confirmation, and only a right password hears so`, async () => {
		const email = lib.newEmail();
		await calling(firstPool, 'signUp', email, password, [], null);
		const attempt = (secret) => {
			const user = newUser(email);
			user.setAuthenticationFlowType(flow);
			return signing(user, secret);
		};
		await assert.rejects(attempt(password), { name: 'UserNotConfirmedException', message: 'User is not confirmed.' });
		await assert.rejects(attempt(lib.otherPassword), lib.wrongPassword);
	});
}

test('a second code confirms, a wrong one does not', async () => {
	const email = lib.newEmail();
	await calling(firstPool, 'signUp', email, password, [], null);
	const user = newUser(email);
	const sent = await calling(user, 'resendConfirmationCode');
	assert.equal(sent.CodeDeliveryDetails.DeliveryMedium, 'EMAIL');
	const right = await lib.code(email, 2);
	await assert.rejects(calling(user, 'confirmRegistration', lib.wrongCode(right), true), lib.mismatch);
	assert.equal(await calling(user, 'confirmRegistration', right, true), 'SUCCESS');
	await assert.rejects(calling(user, 'resendConfirmationCode'), {
		name: 'InvalidParameterException',
		message: 'User is already confirmed.',
	});
});

test('nobody signs up twice, nor with a weak password', async () => {
	const email = await lib.confirmedUser();
	await assert.rejects(calling(firstPool, 'signUp', email, password, [], null), lib.taken);
	await assert.rejects(calling(firstPool, 'signUp', lib.newEmail(), 'Tulip-4', [], null), lib.tooShort);
});

test('a session is kept, and refreshed when asked', async () => {
	const { user, session } = await signedIn();
	const kept = await calling(firstPool.getCurrentUser(), 'getSession');
	assert.equal(kept.getAccessToken().getJwtToken(), session.getAccessToken().getJwtToken());

	const fresh = await calling(user, 'refreshSession', session.getRefreshToken());
	const [was, is] = [session.getAccessToken().payload, fresh.getAccessToken().payload];
	assert.notEqual(is.jti, was.jti);
	for (const same of ['sub', 'origin_jti', 'auth_time']) {
		assert.ok(was[same], same);
		assert.equal(is[same], was[same], same);
	}
	assert.equal(fresh.getRefreshToken().getToken(), session.getRefreshToken().getToken());
	assert.equal(attributeMap(await calling(user, 'getUserAttributes')).sub, is.sub);
});

test('signing out revokes the refresh token', async () => {
	const { user, session } = await signedIn();
	await calling(user, 'signOut');
	await assert.rejects(lib.refresh(session.getRefreshToken().getToken()), lib.revokedRefresh);
	assert.equal(firstPool.getCurrentUser(), null);
});

test('signing out everywhere revokes every token', async () => {
	const { user, session } = await signedIn();
	const done = new Promise((onSuccess, onFailure) => user.globalSignOut({ onSuccess, onFailure }));
	assert.equal(await done, 'SUCCESS');
	const AccessToken = session.getAccessToken().getJwtToken();
	await assert.rejects(lib.sdk().send(new GetUserCommand({ AccessToken })), lib.revokedAccess);
	await assert.rejects(lib.refresh(session.getRefreshToken().getToken()), lib.revokedRefresh);
});

// A pool where the address is an alias of a name, which SRP has to be told of.
async function aliasPool() {
	const client = lib.sdk();
	const { UserPool } = await client.send(
		new CreateUserPoolCommand({ PoolName: 'aliases', AliasAttributes: ['email'], AutoVerifiedAttributes: ['email'] }),
	);
	const { UserPoolClient } = await client.send(
		new CreateUserPoolClientCommand({ UserPoolId: UserPool.Id, ClientName: 'web' }),
	);
	return new CognitoUserPool({
		UserPoolId: UserPool.Id,
		ClientId: UserPoolClient.ClientId,
		endpoint: `${lib.endpoint}/`,
	});
}

test('an alias signs in by SRP once it is verified, whatever the name and password hold', async () => {
	const pool = await aliasPool();
	const email = lib.newEmail();
	const name = 'Ada:Lovelace/Ünïcödé+1';
	const secret = 'Tulip-4 und ñandú 🌷';
	const attributes = [new CognitoUserAttribute({ Name: 'email', Value: email })];
	await calling(pool, 'signUp', name, secret, attributes, null);
	await assert.rejects(signing(newUser(email, pool), secret), { name: 'UserNotFoundException' });

	await calling(newUser(name, pool), 'confirmRegistration', await lib.code(email), false);
	for (const typed of [email, name]) {
		const user = newUser(typed, pool);
		const session = await signing(user, secret);
		assert.equal(user.getUsername(), name);
		assert.equal(session.getAccessToken().payload.username, name);
	}
});

test('somebody an administrator made chooses a password at the first sign-in', async () => {
	const email = lib.newEmail();
	await lib.sdk().send(
		new AdminCreateUserCommand({
			UserPoolId: lib.poolId,
			Username: email,
			TemporaryPassword: lib.otherPassword,
			MessageAction: 'SUPPRESS',
		}),
	);
	const user = newUser(email);
	const { attributes, required } = await signing(user, lib.otherPassword);
	assert.equal(attributes.email, email);
	assert.deepEqual(required, []);

	const session = await new Promise((onSuccess, onFailure) => {
		user.completeNewPasswordChallenge(password, {}, { onSuccess, onFailure });
	});
	assert.ok(session.isValid());
	assert.ok((await signing(newUser(email))).isValid());
	await assert.rejects(signing(newUser(email), lib.otherPassword), lib.wrongPassword);
});

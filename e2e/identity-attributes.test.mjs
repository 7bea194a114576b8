// amazon-cognito-identity-js v6 and the plain SDK: what people change about
// themselves, how they prove an address, and how they leave.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { AuthenticationDetails, CognitoUser, CognitoUserAttribute, CognitoUserPool } from 'amazon-cognito-identity-js';
import {
	AdminGetUserCommand,
	AdminUpdateUserAttributesCommand,
	DeleteUserAttributesCommand,
	DeleteUserCommand,
	GetUserAttributeVerificationCodeCommand,
	GetUserCommand,
	InitiateAuthCommand,
	UpdateUserAttributesCommand,
	VerifyUserAttributeCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import * as lib from './lib.mjs';
import { newPool } from './pool.mjs';

const { password } = lib;
const gone = { name: 'UserNotFoundException', message: 'User does not exist.' };
const expired = { name: 'ExpiredCodeException', message: 'Invalid code provided, please request a code again.' };
const careful = { UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: ['email'] } };
const attributeMap = (list) => Object.fromEntries(list.map((a) => [a.Name, a.Value]));
const attributeList = (map) => Object.entries(map).map(([Name, Value]) => ({ Name, Value }));

describe('amazon-cognito-identity-js', () => {
	// newUser returns somebody who is signed in.
	async function newUser(pool, name, attributes) {
		const Username = await pool.add(name, attributes);
		const Pool = new CognitoUserPool({ UserPoolId: pool.UserPoolId, ClientId: pool.ClientId, endpoint: `${lib.endpoint}/` });
		const user = new CognitoUser({ Username, Pool });
		const details = new AuthenticationDetails({ Username, Password: password });
		await new Promise((onSuccess, onFailure) => user.authenticateUser(details, { onSuccess, onFailure }));
		return user;
	}

	// calling returns what a method that calls back with (error, ...results) gives.
	function calling(target, method, ...args) {
		return new Promise((resolve, reject) => {
			target[method](...args, (err, ...results) => (err ? reject(err) : resolve(results)));
		});
	}

	const updating = (user, map) =>
		calling(user, 'updateAttributes', Object.entries(map).map(([Name, Value]) => new CognitoUserAttribute({ Name, Value })));
	const verifying = (user, name, code) =>
		new Promise((onSuccess, onFailure) => user.verifyAttribute(name, code, { onSuccess, onFailure }));
	const asking = (user, name) =>
		new Promise((inputVerificationCode, onFailure) => user.getAttributeVerificationCode(name, { inputVerificationCode, onFailure }));
	const reading = async (user) => attributeMap((await calling(user, 'getUserAttributes'))[0]);

	test('updateAttributes, verifyAttribute', async () => {
		const pool = await newPool();
		const user = await newUser(pool, 'ada', { email: 'ada@example.com', email_verified: 'true' });
		const { sub } = await reading(user);
		assert.deepEqual(await updating(user, { name: 'Ada' }), ['SUCCESS', { CodeDeliveryDetailsList: [] }]);

		const email = lib.newEmail('new');
		assert.deepEqual(await updating(user, { email, nickname: 'A' }), [
			'SUCCESS',
			{ CodeDeliveryDetailsList: [{ AttributeName: 'email', DeliveryMedium: 'EMAIL', Destination: 'n***@e***' }] },
		]);
		const changed = { sub, email, name: 'Ada', nickname: 'A' };
		assert.deepEqual(await reading(user), { ...changed, email_verified: 'false' });
		const code = await lib.code(email);
		await assert.rejects(verifying(user, 'email', lib.wrongCode(code)), lib.mismatch);
		assert.equal(await verifying(user, 'email', code), 'SUCCESS');
		assert.deepEqual(await reading(user), { ...changed, email_verified: 'true' });
		await assert.rejects(verifying(user, 'email', code), expired);
		await assert.rejects(updating(user, { name: 'Eve', sub: 'x' }), { message: 'user.sub: Attribute cannot be updated.\n' });
		assert.deepEqual(await reading(user), { ...changed, email_verified: 'true' });
	});

	test('getAttributeVerificationCode', async () => {
		const pool = await newPool();
		const email = lib.newEmail();
		const user = await newUser(pool, 'ada', { email });
		assert.deepEqual(await asking(user, 'email'), {
			CodeDeliveryDetails: { AttributeName: 'email', DeliveryMedium: 'EMAIL', Destination: 'a***@e***' },
		});
		await verifying(user, 'email', await lib.code(email));
		assert.equal((await reading(user)).email_verified, 'true');
		await assert.rejects(asking(user, 'phone_number'), { name: 'InvalidParameterException' });
	});

	test('deleteAttributes', async () => {
		const pool = await newPool();
		const user = await newUser(pool, 'ada', { email: 'ada@example.com', email_verified: 'true', nickname: 'A', name: 'Ada' });
		assert.deepEqual(await calling(user, 'deleteAttributes', ['email', 'nickname']), ['SUCCESS']);
		const { sub, ...rest } = await reading(user);
		assert.deepEqual(rest, { name: 'Ada' });
		await assert.rejects(calling(user, 'deleteAttributes', ['sub']), { message: 'user.sub: Attribute cannot be updated.\n' });
	});

	test('deleteUser', async () => {
		const pool = await newPool();
		const user = await newUser(pool, 'ada');
		const token = user.getSignInUserSession().getAccessToken().getJwtToken();
		const [is] = await new Promise((resolve, reject) => user.deleteUser((err, ...rest) => (err ? reject(err) : resolve(rest)), { why: 'enough' }));
		assert.equal(is, 'SUCCESS');
		assert.equal(user.pool.getCurrentUser(), null);
		await assert.rejects(pool.sdk.send(new GetUserCommand({ AccessToken: token })), gone);
		await assert.rejects(pool.send(AdminGetUserCommand, { Username: 'ada' }), gone);
	});
});

describe('@aws-sdk/client-cognito-identity-provider', () => {
	// newUser returns how somebody who is signed in sends requests.
	async function newUser(pool, name, attributes, { ClientId } = pool) {
		await pool.add(name, attributes);
		const AuthParameters = { USERNAME: name, PASSWORD: password };
		const { AuthenticationResult } = await pool.sdk.send(new InitiateAuthCommand({ ClientId, AuthFlow: 'USER_PASSWORD_AUTH', AuthParameters }));
		const { AccessToken, RefreshToken } = AuthenticationResult;
		const send = (Command, more) => pool.sdk.send(new Command({ AccessToken, ...more }));
		const update = async (map) => (await send(UpdateUserAttributesCommand, { UserAttributes: attributeList(map) })).CodeDeliveryDetailsList;
		const read = async () => {
			const { sub, ...rest } = attributeMap((await send(GetUserCommand)).UserAttributes);
			return rest;
		};
		return { send, update, read, RefreshToken };
	}

	test('an address that waits, and what an administrator does meanwhile', async () => {
		const pool = await newPool({ ...careful, AliasAttributes: ['email'] });
		const old = lib.newEmail('old');
		const ada = await newUser(pool, 'ada', { email: old, email_verified: 'true' });
		const verify = (Code) => ada.send(VerifyUserAttributeCommand, { AttributeName: 'email', Code });
		const admin = (map) => pool.send(AdminUpdateUserAttributesCommand, { Username: 'ada', UserAttributes: attributeList(map) });
		const first = lib.newEmail('first');
		const second = lib.newEmail('second');
		assert.deepEqual(await ada.update({ email: first, name: 'Ada' }), [
			{ AttributeName: 'email', DeliveryMedium: 'EMAIL', Destination: 'f***@e***' },
		]);
		assert.deepEqual(await ada.read(), { email: old, email_verified: 'true', name: 'Ada' });

		// A code for the address that is there leaves the other one waiting.
		const { CodeDeliveryDetails } = await ada.send(GetUserAttributeVerificationCodeCommand, { AttributeName: 'email' });
		assert.equal(CodeDeliveryDetails.Destination, 'o***@e***');
		await verify(await lib.code(old));
		assert.equal((await ada.read()).email, old);

		await admin({ email: second }); // takes the place of the one that waits
		if ((await lib.code(first)) !== (await lib.code(second))) {
			await assert.rejects(verify(await lib.code(first)), lib.mismatch);
		}
		assert.equal((await ada.read()).email, old);
		await verify(await lib.code(second));
		assert.deepEqual(await ada.read(), { email: second, email_verified: 'true', name: 'Ada' });

		await ada.update({ email: first });
		await admin({ email: old, email_verified: 'true' }); // at once, and nothing waits any more
		await assert.rejects(verify(await lib.code(first, 2)), expired);
		assert.deepEqual(await ada.read(), { email: old, email_verified: 'true', name: 'Ada' });
	});

	test('a client writes what it may write', async () => {
		const pool = await newPool({ Schema: [{ Name: 'role', AttributeDataType: 'String', Mutable: true }] });
		const client = await pool.newClient({ WriteAttributes: ['email', 'name'] });
		const ada = await newUser(pool, 'ada', { email: 'ada@example.com', email_verified: 'true', 'custom:role': 'guest' }, client);
		const refused = { name: 'NotAuthorizedException', message: 'A client attempted to write unauthorized attribute' };
		for (const map of [{ 'custom:role': 'owner' }, { name: 'Eve', nickname: 'E' }, { email_verified: 'false' }, { 'custom:none': 'x' }]) {
			await assert.rejects(ada.update(map), refused);
		}
		await assert.rejects(ada.send(DeleteUserAttributesCommand, { UserAttributeNames: ['name', 'custom:role'] }), refused);
		assert.deepEqual(await ada.update({ name: 'Ada' }), []);
		assert.deepEqual(await ada.read(), { email: 'ada@example.com', email_verified: 'true', 'custom:role': 'guest', name: 'Ada' });
	});

	test('who is deleted has no tokens left', async () => {
		const pool = await newPool();
		const ada = await newUser(pool, 'ada');
		assert.deepEqual(Object.keys(await ada.send(DeleteUserCommand)), ['$metadata']);
		await assert.rejects(ada.send(GetUserCommand), gone);
		await assert.rejects(ada.send(DeleteUserCommand), gone);
		await assert.rejects(ada.update({ name: 'Ada' }), gone);
		const AuthParameters = { REFRESH_TOKEN: ada.RefreshToken };
		await assert.rejects(pool.sdk.send(new InitiateAuthCommand({ ClientId: pool.ClientId, AuthFlow: 'REFRESH_TOKEN_AUTH', AuthParameters })), {
			name: 'NotAuthorizedException',
		});
	});
});

// aws-amplify v6: what people change about themselves, how they prove an
// address, and how they leave.
import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'node:test';
import { Amplify } from 'aws-amplify';
import {
	confirmUserAttribute,
	deleteUser,
	deleteUserAttributes,
	fetchUserAttributes,
	getCurrentUser,
	sendUserAttributeVerificationCode,
	signIn,
	signOut,
	updateUserAttribute,
	updateUserAttributes,
} from 'aws-amplify/auth';
import { AdminGetUserCommand, ListUsersCommand, ListUsersInGroupCommand, AdminAddUserToGroupCommand, CreateGroupCommand } from '@aws-sdk/client-cognito-identity-provider';
import * as lib from './lib.mjs';
import { newPool } from './pool.mjs';

const { password } = lib;
const done = { isUpdated: true, nextStep: { updateAttributeStep: 'DONE' } };
const taken = { name: 'AliasExistsException', message: 'An account with the given email already exists.' };

// Text messages need a role to send them by.
const sms = {
	AutoVerifiedAttributes: ['email', 'phone_number'],
	SmsConfiguration: { SnsCallerArn: 'arn:aws:iam::123456789012:role/sms', ExternalId: 'people' },
};
const careful = { UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: ['email'] } };

// use makes Amplify sign somebody in at a pool.
async function use({ UserPoolId, ClientId }, username) {
	const { userPoolEndpoint } = lib.outputs.Auth.Cognito;
	Amplify.configure({ Auth: { Cognito: { userPoolId: UserPoolId, userPoolClientId: ClientId, userPoolEndpoint } } });
	assert.equal((await signIn({ username, password })).isSignedIn, true);
}

// signedIn makes somebody whose address is proved, signs in, and returns both.
async function signedIn(pool, more = {}) {
	const email = lib.newEmail();
	const name = pool.byEmail ? email : `ada-${email.split('.')[1].split('@')[0]}`;
	const username = await pool.add(name, { email, email_verified: 'true', ...more });
	await use(pool, name);
	return { email, username };
}

// confirms is the outcome for an attribute whose code went to an address.
function confirms(attributeName, deliveryMedium, destination) {
	return {
		isUpdated: false,
		nextStep: {
			updateAttributeStep: 'CONFIRM_ATTRIBUTE_WITH_CODE',
			codeDeliveryDetails: { attributeName, deliveryMedium, destination },
		},
	};
}

const plain = async () => {
	const { sub, ...rest } = await fetchUserAttributes();
	assert.ok(sub);
	return rest;
};

afterEach(() => signOut());

describe('updateUserAttributes', async () => {
	const pool = await newPool({
		...sms,
		Schema: [
			{ Name: 'team', AttributeDataType: 'String', Mutable: true },
			{ Name: 'born', AttributeDataType: 'String', Mutable: false },
		],
	});

	test('changes what needs no proof at once, and takes away what is empty', async () => {
		const { email } = await signedIn(pool, { nickname: 'A' });
		const is = await updateUserAttributes({ userAttributes: { name: 'Ada', 'custom:team': 'red', nickname: '' } });
		assert.deepEqual(is, { name: done, 'custom:team': done, nickname: done });
		assert.deepEqual(await plain(), { email, email_verified: 'true', name: 'Ada', 'custom:team': 'red' });
	});

	test('sends a code to each new address, and confirmUserAttribute proves it', async () => {
		await signedIn(pool);
		const email = lib.newEmail('new');
		const phone = `+1555${String(Date.now()).slice(-7)}`;
		const is = await updateUserAttributes({ userAttributes: { email, phone_number: phone, name: 'Ada' } });
		assert.deepEqual(is, {
			email: confirms('email', 'EMAIL', 'n***@e***'),
			phone_number: confirms('phone_number', 'SMS', `+*******${phone.slice(-4)}`),
			name: done,
		});
		const changed = { email, phone_number: phone, name: 'Ada' };
		assert.deepEqual(await plain(), { ...changed, email_verified: 'false', phone_number_verified: 'false' });

		const byMail = await lib.code(email);
		await assert.rejects(confirmUserAttribute({ userAttributeKey: 'email', confirmationCode: lib.wrongCode(byMail) }), lib.mismatch);
		await confirmUserAttribute({ userAttributeKey: 'email', confirmationCode: byMail });
		assert.deepEqual(await plain(), { ...changed, email_verified: 'true', phone_number_verified: 'false' });
		await confirmUserAttribute({ userAttributeKey: 'phone_number', confirmationCode: await lib.code(phone) });
		assert.deepEqual(await plain(), { ...changed, email_verified: 'true', phone_number_verified: 'true' });
		await assert.rejects(confirmUserAttribute({ userAttributeKey: 'email', confirmationCode: byMail }), {
			name: 'ExpiredCodeException',
			message: 'Invalid code provided, please request a code again.',
		});
	});

	test('changes nothing where one attribute cannot be', async () => {
		const { email } = await signedIn(pool, { 'custom:born': '1815' });
		const fresh = lib.newEmail('never');
		for (const [bad, name, message] of [
			[{ 'custom:born': '1816' }, 'InvalidParameterException', 'user.custom:born: Attribute cannot be updated.\n'],
			[{ 'custom:none': 'x' }, 'InvalidParameterException', 'user.custom:none: Attribute does not exist in the schema.\n'],
			[{ email_verified: 'true' }, 'NotAuthorizedException', 'A client attempted to write unauthorized attribute'],
			[{ phone_number: '555' }, 'InvalidParameterException', 'Invalid phone number format.'],
		]) {
			await assert.rejects(updateUserAttributes({ userAttributes: { name: 'Eve', email: fresh, ...bad } }), { name, message });
		}
		assert.deepEqual(await plain(), { email, email_verified: 'true', 'custom:born': '1815' });
		assert.deepEqual(await lib.inbox(fresh), []);
	});
});

describe('updateUserAttribute', async () => {
	test('of an e-mail address that people sign in by renames at once', async () => {
		const pool = { ...(await newPool({ UsernameAttributes: ['email'] })), byEmail: true };
		const { email, username } = await signedIn(pool);
		const next = lib.newEmail('next');
		const is = await updateUserAttribute({ userAttribute: { attributeKey: 'email', value: next } });
		assert.deepEqual(is, confirms('email', 'EMAIL', 'n***@e***'));
		await signOut();
		await assert.rejects(signIn({ username: email, password }), { name: 'UserNotFoundException' });
		await use(pool, next);
		assert.equal((await getCurrentUser()).username, username);

		await pool.add(email);
		await assert.rejects(updateUserAttribute({ userAttribute: { attributeKey: 'email', value: email } }), taken);
	});

	test('keeps the old address until the new one is proved, where the pool says so', async () => {
		const pool = { ...(await newPool({ UsernameAttributes: ['email'], ...careful })), byEmail: true };
		const { email } = await signedIn(pool);
		const next = lib.newEmail('next');
		const is = await updateUserAttribute({ userAttribute: { attributeKey: 'email', value: next } });
		assert.deepEqual(is, confirms('email', 'EMAIL', 'n***@e***'));
		assert.deepEqual(await plain(), { email, email_verified: 'true' });
		await assert.rejects(signIn({ username: next, password }), { name: 'UserAlreadyAuthenticatedException' });
		await signOut();
		await assert.rejects(signIn({ username: next, password }), { name: 'UserNotFoundException' });
		await use(pool, email);

		await confirmUserAttribute({ userAttributeKey: 'email', confirmationCode: await lib.code(next) });
		assert.deepEqual(await plain(), { email: next, email_verified: 'true' });
		await signOut();
		await assert.rejects(signIn({ username: email, password }), { name: 'UserNotFoundException' });
		await use(pool, next);
	});

	test('takes an alias when it is proved, unless somebody has it', async () => {
		const pool = await newPool({ AliasAttributes: ['email'] });
		const eve = lib.newEmail('eve');
		await pool.add('eve', { email: eve, email_verified: 'true' });
		await signedIn(pool);
		await updateUserAttribute({ userAttribute: { attributeKey: 'email', value: eve } });
		await assert.rejects(confirmUserAttribute({ userAttributeKey: 'email', confirmationCode: await lib.code(eve) }), taken);

		const own = lib.newEmail('own');
		await updateUserAttribute({ userAttribute: { attributeKey: 'email', value: own } });
		await confirmUserAttribute({ userAttributeKey: 'email', confirmationCode: await lib.code(own) });
		await signOut();
		await use(pool, own);
	});
});

describe('sendUserAttributeVerificationCode', async () => {
	const pool = await newPool();

	test('sends another code to the address that is there', async () => {
		const { email } = await signedIn(pool, { email_verified: 'false' });
		for (const count of [1, 2]) {
			assert.deepEqual(await sendUserAttributeVerificationCode({ userAttributeKey: 'email' }), {
				attributeName: 'email',
				deliveryMedium: 'EMAIL',
				destination: 'a***@e***',
			});
			await lib.mail(email, count);
		}
		const messages = await lib.inbox(email);
		if (messages[1].code !== messages[0].code) {
			await assert.rejects(confirmUserAttribute({ userAttributeKey: 'email', confirmationCode: messages[1].code }), lib.mismatch);
		}
		await confirmUserAttribute({ userAttributeKey: 'email', confirmationCode: messages[0].code });
		assert.equal((await plain()).email_verified, 'true');
	});

	test('has five an hour, and none for what is no address', async () => {
		await signedIn(pool);
		await assert.rejects(sendUserAttributeVerificationCode({ userAttributeKey: 'phone_number' }), { name: 'InvalidParameterException' });
		await assert.rejects(sendUserAttributeVerificationCode({ userAttributeKey: 'name' }), {
			name: 'InvalidParameterException',
			message: 'Invalid attribute name. Only phone_number and email can be verified.',
		});
		for (let i = 0; i < 5; i++) await sendUserAttributeVerificationCode({ userAttributeKey: 'email' });
		await assert.rejects(sendUserAttributeVerificationCode({ userAttributeKey: 'email' }), {
			name: 'LimitExceededException',
			message: 'Attempt limit exceeded, please try after some time.',
		});
	});

	test('lets fifteen codes be tried in an hour', async () => {
		const { email } = await signedIn(pool, { email_verified: 'false' });
		await sendUserAttributeVerificationCode({ userAttributeKey: 'email' });
		const confirmationCode = await lib.code(email);
		const wrong = { userAttributeKey: 'email', confirmationCode: lib.wrongCode(confirmationCode) };
		for (let i = 0; i < 15; i++) await assert.rejects(confirmUserAttribute(wrong), lib.mismatch);
		await assert.rejects(confirmUserAttribute({ userAttributeKey: 'email', confirmationCode }), { name: 'LimitExceededException' });
		assert.equal((await plain()).email_verified, 'false');
	});
});

test('deleteUserAttributes takes an address and its proof away, and not what is required', async () => {
	const pool = await newPool({ AliasAttributes: ['email'], Schema: [{ Name: 'name', Required: true, Mutable: true }] });
	const { email } = await signedIn(pool, { name: 'Ada', nickname: 'A' });
	await assert.rejects(deleteUserAttributes({ userAttributeKeys: ['email', 'name'] }), {
		name: 'InvalidParameterException',
		message: 'user.name: Required attribute cannot be deleted.\n',
	});
	assert.deepEqual(await plain(), { email, email_verified: 'true', name: 'Ada', nickname: 'A' });
	await deleteUserAttributes({ userAttributeKeys: ['email', 'nickname', 'gender'] });
	assert.deepEqual(await plain(), { name: 'Ada' });
	await signOut();
	await assert.rejects(signIn({ username: email, password }), { name: 'UserNotFoundException' });
});

test('deleteUser leaves nothing behind', async () => {
	const pool = await newPool({ AliasAttributes: ['email'] });
	const { email, username } = await signedIn(pool);
	await pool.send(CreateGroupCommand, { GroupName: 'crew' });
	await pool.send(AdminAddUserToGroupCommand, { GroupName: 'crew', Username: username });
	await deleteUser();
	await assert.rejects(getCurrentUser(), { name: 'UserUnAuthenticatedException' });
	await assert.rejects(signIn({ username, password }), { name: 'UserNotFoundException', message: 'User does not exist.' });
	await assert.rejects(pool.send(AdminGetUserCommand, { Username: username }), { name: 'UserNotFoundException' });
	assert.deepEqual((await pool.send(ListUsersCommand)).Users, []);
	assert.deepEqual((await pool.send(ListUsersInGroupCommand, { GroupName: 'crew' })).Users, []);

	await pool.add(username, { email, email_verified: 'true' }); // the names are free
	await use(pool, email);
});

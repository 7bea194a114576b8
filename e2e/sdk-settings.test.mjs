// @aws-sdk/client-cognito-identity-provider v3: the settings of pools and
// clients after they were made. What is left out of an update goes back to its
// default, and the next call of a user shows it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
	AddCustomAttributesCommand,
	AdminGetUserCommand,
	CreateUserPoolClientCommand,
	CreateUserPoolCommand,
	DeleteUserPoolCommand,
	DescribeUserPoolClientCommand,
	DescribeUserPoolCommand,
	InitiateAuthCommand,
	ListTagsForResourceCommand,
	SignUpCommand,
	TagResourceCommand,
	UntagResourceCommand,
	UpdateUserPoolClientCommand,
	UpdateUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import * as lib from './lib.mjs';

const client = lib.sdk('eu-west-1');
const { password } = lib;
const flows = ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'];
const lax = { PasswordPolicy: { MinimumLength: 6 } };

const send = (Command, input) => client.send(new Command(input));

// newPool makes a pool and a client of it that takes the plain password.
async function newPool(input = {}, clientInput = {}) {
	const { UserPool } = await send(CreateUserPoolCommand, { PoolName: 'garden', Policies: lax, ...input });
	const UserPoolId = UserPool.Id;
	const { UserPoolClient } = await send(CreateUserPoolClientCommand, {
		UserPoolId,
		ClientName: 'web',
		ExplicitAuthFlows: flows,
		...clientInput,
	});
	return { UserPoolId, ClientId: UserPoolClient.ClientId, Arn: UserPool.Arn, UserPool, UserPoolClient };
}

async function describe(UserPoolId) {
	return (await send(DescribeUserPoolCommand, { UserPoolId })).UserPool;
}

function signUp({ ClientId }, Username, { Password = password, attributes = {} } = {}) {
	const UserAttributes = Object.entries(attributes).map(([Name, Value]) => ({ Name, Value }));
	return send(SignUpCommand, { ClientId, Username, Password, UserAttributes });
}

function signIn({ ClientId }, USERNAME, PASSWORD = password) {
	return send(InitiateAuthCommand, { ClientId, AuthFlow: 'USER_PASSWORD_AUTH', AuthParameters: { USERNAME, PASSWORD } });
}

test('what an update of a pool leaves out goes back to its default', async () => {
	const pool = await newPool({
		AutoVerifiedAttributes: ['email'],
		UsernameAttributes: ['email'],
		UsernameConfiguration: { CaseSensitive: false },
		Schema: [{ Name: 'team', AttributeDataType: 'String' }],
		AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
		AccountRecoverySetting: { RecoveryMechanisms: [{ Name: 'verified_email', Priority: 1 }] },
		DeviceConfiguration: { DeviceOnlyRememberedOnUserPrompt: true },
		VerificationMessageTemplate: { EmailSubject: 'Hello' },
		UserPoolTags: { env: 'test' },
	});
	await send(UpdateUserPoolCommand, { UserPoolId: pool.UserPoolId });

	const now = await describe(pool.UserPoolId);
	assert.equal(now.AutoVerifiedAttributes, undefined);
	assert.equal(now.AccountRecoverySetting, undefined);
	assert.equal(now.DeviceConfiguration, undefined);
	assert.deepEqual(now.VerificationMessageTemplate, { DefaultEmailOption: 'CONFIRM_WITH_CODE' });
	assert.equal(now.AdminCreateUserConfig.AllowAdminCreateUserOnly, false);
	assert.equal(now.Policies.PasswordPolicy.MinimumLength, 8);
	assert.equal(now.Policies.PasswordPolicy.RequireSymbols, true);

	// Fixed when the pool was made, or not a setting.
	assert.equal(now.Name, 'garden');
	assert.deepEqual(now.UserPoolTags, { env: 'test' });
	assert.deepEqual(now.UsernameAttributes, ['email']);
	assert.deepEqual(now.UsernameConfiguration, { CaseSensitive: false });
	assert.deepEqual(now.SchemaAttributes, pool.UserPool.SchemaAttributes);
	assert.deepEqual(now.CreationDate, pool.UserPool.CreationDate);
	assert.ok(now.LastModifiedDate >= pool.UserPool.LastModifiedDate);
});

test('a stricter password policy holds at the next sign-up, and not for those who have one', async () => {
	const pool = await newPool();
	await signUp(pool, 'ada', { Password: 'tulips' });
	await send(UpdateUserPoolCommand, { UserPoolId: pool.UserPoolId, PoolName: 'orchard' });
	await assert.rejects(signUp(pool, 'bob', { Password: 'tulips' }), lib.tooShort);
	await assert.rejects(signUp(pool, 'bob', { Password: 'tulips-four' }), {
		name: 'InvalidPasswordException',
		message: 'Password did not conform with policy: Password must have uppercase characters',
	});
	await signUp(pool, 'bob');
	assert.equal((await describe(pool.UserPoolId)).Name, 'orchard');
	await assert.rejects(signIn(pool, 'ada', 'tulips'), { name: 'UserNotConfirmedException' });
});

test('without auto-verified attributes no code is sent', async () => {
	const pool = await newPool({ AutoVerifiedAttributes: ['email'] });
	const [ada, bob] = [lib.newEmail('ada'), lib.newEmail('bob')];
	const first = await signUp(pool, 'ada', { attributes: { email: ada } });
	assert.equal(first.CodeDeliveryDetails.AttributeName, 'email');
	await lib.mail(ada);

	await send(UpdateUserPoolCommand, { UserPoolId: pool.UserPoolId, Policies: lax });
	const second = await signUp(pool, 'bob', { attributes: { email: bob } });
	assert.equal(second.CodeDeliveryDetails, undefined);
	assert.deepEqual(await lib.inbox(bob), []);
});

test('a pool that becomes closed takes no sign-ups, and opens again', async () => {
	const pool = await newPool();
	const closed = { UserPoolId: pool.UserPoolId, AdminCreateUserConfig: { AllowAdminCreateUserOnly: true } };
	await send(UpdateUserPoolCommand, closed);
	await assert.rejects(signUp(pool, 'ada'), { name: 'NotAuthorizedException', message: 'SignUp is not permitted for this user pool' });
	await send(UpdateUserPoolCommand, { UserPoolId: pool.UserPoolId });
	await signUp(pool, 'ada');
});

test('an update that is refused changes nothing', async () => {
	const pool = await newPool({ AutoVerifiedAttributes: ['email'] });
	await assert.rejects(send(UpdateUserPoolCommand, { UserPoolId: pool.UserPoolId, AutoVerifiedAttributes: ['phone_number'] }), {
		name: 'InvalidParameterException',
		message: 'SMS configuration is required when phone_number is selected for auto verification',
	});
	assert.deepEqual(await describe(pool.UserPoolId), pool.UserPool);
});

test('what an update of a client leaves out goes back to its default, and its secret stays', async () => {
	const pool = await newPool({}, { GenerateSecret: true, AccessTokenValidity: 5, TokenValidityUnits: { AccessToken: 'minutes' } });
	const { UserPoolId, ClientId } = pool;
	const input = { UserPoolId, ClientId, ReadAttributes: ['email'], PreventUserExistenceErrors: 'ENABLED' };
	const { UserPoolClient } = await send(UpdateUserPoolClientCommand, input);
	assert.equal(UserPoolClient.ClientSecret, pool.UserPoolClient.ClientSecret);
	assert.equal(UserPoolClient.ClientName, 'web');
	assert.equal(UserPoolClient.ExplicitAuthFlows, undefined);
	assert.equal(UserPoolClient.AccessTokenValidity, undefined);
	assert.deepEqual(UserPoolClient.TokenValidityUnits, {});
	assert.deepEqual(UserPoolClient.ReadAttributes, ['email']);
	assert.equal(UserPoolClient.PreventUserExistenceErrors, 'ENABLED');
	assert.deepEqual(UserPoolClient.CreationDate, pool.UserPoolClient.CreationDate);
	const described = await send(DescribeUserPoolClientCommand, { UserPoolId, ClientId });
	assert.deepEqual(described.UserPoolClient, UserPoolClient);
});

test('a flow that a client loses is refused at the next sign-in, and its unknown users are told apart again', async () => {
	const pool = await newPool({}, { PreventUserExistenceErrors: 'ENABLED' });
	const { UserPoolId, ClientId } = pool;
	await assert.rejects(signIn(pool, 'nobody'), lib.wrongPassword);
	await send(UpdateUserPoolClientCommand, { UserPoolId, ClientId, ExplicitAuthFlows: flows });
	await assert.rejects(signIn(pool, 'nobody'), { name: 'UserNotFoundException', message: 'User does not exist.' });
	await send(UpdateUserPoolClientCommand, { UserPoolId, ClientId });
	await assert.rejects(signIn(pool, 'nobody'), {
		name: 'InvalidParameterException',
		message: 'USER_PASSWORD_AUTH flow not enabled for this client',
	});
	await assert.rejects(send(UpdateUserPoolClientCommand, { UserPoolId, ClientId, WriteAttributes: ['custom:team'] }), {
		name: 'InvalidParameterException',
		message: 'Invalid write attributes specified while updating a client',
	});
});

test('a custom attribute that is added can be used at once', async () => {
	const pool = await newPool();
	const { UserPoolId } = pool;
	const attributes = { 'custom:rank': '3' };
	await assert.rejects(signUp(pool, 'ada', { attributes }), { name: 'InvalidParameterException' });
	const CustomAttributes = [
		{ Name: 'rank', AttributeDataType: 'Number', NumberAttributeConstraints: { MaxValue: '9' } },
		{ Name: 'note', AttributeDataType: 'String', DeveloperOnlyAttribute: true },
	];
	await send(AddCustomAttributesCommand, { UserPoolId, CustomAttributes });
	await signUp(pool, 'ada', { attributes });
	const user = await send(AdminGetUserCommand, { UserPoolId, Username: 'ada' });
	assert.equal(user.UserAttributes.find((a) => a.Name === 'custom:rank').Value, '3');
	await assert.rejects(signUp(pool, 'bob', { attributes: { 'custom:rank': '10' } }), { name: 'InvalidParameterException' });
	await assert.rejects(signUp(pool, 'bob', { attributes: { 'dev:custom:note': 'x' } }), {
		name: 'NotAuthorizedException',
		message: 'A client attempted to write unauthorized attribute',
	});

	const { SchemaAttributes } = await describe(UserPoolId);
	const note = SchemaAttributes.find((a) => a.Name === 'dev:custom:note');
	assert.deepEqual(note, {
		Name: 'dev:custom:note',
		AttributeDataType: 'String',
		DeveloperOnlyAttribute: true,
		Mutable: true,
		Required: false,
		StringAttributeConstraints: {},
	});
	await assert.rejects(send(AddCustomAttributesCommand, { UserPoolId, CustomAttributes }), {
		name: 'InvalidParameterException',
		message: 'custom:rank: Existing attribute already has name custom:rank.',
	});
});

test('tags come and go', async () => {
	const { Arn: ResourceArn, UserPoolId } = await newPool({ UserPoolTags: { env: 'test', team: 'a' } });
	const tags = async () => (await send(ListTagsForResourceCommand, { ResourceArn })).Tags;
	assert.deepEqual(await tags(), { env: 'test', team: 'a' });
	await send(TagResourceCommand, { ResourceArn, Tags: { team: 'b', 'cost center': '7' } });
	assert.deepEqual(await tags(), { env: 'test', team: 'b', 'cost center': '7' });
	await send(UntagResourceCommand, { ResourceArn, TagKeys: ['env', 'never'] });
	assert.deepEqual((await describe(UserPoolId)).UserPoolTags, { team: 'b', 'cost center': '7' });
	await send(UpdateUserPoolCommand, { UserPoolId, UserPoolTags: { only: 'one' } });
	assert.deepEqual(await tags(), { only: 'one' });
	await send(UpdateUserPoolCommand, { UserPoolId });
	assert.deepEqual(await tags(), { only: 'one' });

	await assert.rejects(send(TagResourceCommand, { ResourceArn, Tags: { 'aws:a': 'b' } }), { name: 'InvalidParameterException' });
	const elsewhere = ResourceArn.replace('123456789012', '210987654321');
	await assert.rejects(send(ListTagsForResourceCommand, { ResourceArn: elsewhere }), {
		name: 'ResourceNotFoundException',
		message: `User pool ${UserPoolId} does not exist.`,
	});
});

test('a protected pool is deleted only after its protection', async () => {
	const { UserPoolId } = await newPool({ DeletionProtection: 'ACTIVE' });
	await assert.rejects(send(DeleteUserPoolCommand, { UserPoolId }), { name: 'InvalidParameterException', message: /deletion protection is activated/ });
	await send(UpdateUserPoolCommand, { UserPoolId, DeletionProtection: 'INACTIVE' });
	await send(DeleteUserPoolCommand, { UserPoolId });
	await assert.rejects(describe(UserPoolId), { name: 'ResourceNotFoundException' });
	await assert.rejects(send(UpdateUserPoolCommand, { UserPoolId }), {
		name: 'ResourceNotFoundException',
		message: `User pool ${UserPoolId} does not exist.`,
	});
});

// @aws-sdk/client-cognito-identity-provider v3: groups, who is in them, and
// what they put into tokens.
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import {
	AdminAddUserToGroupCommand,
	AdminCreateUserCommand,
	AdminDeleteUserCommand,
	AdminListGroupsForUserCommand,
	AdminRemoveUserFromGroupCommand,
	AdminSetUserPasswordCommand,
	CreateGroupCommand,
	CreateUserPoolClientCommand,
	CreateUserPoolCommand,
	DeleteGroupCommand,
	GetGroupCommand,
	GetTokensFromRefreshTokenCommand,
	InitiateAuthCommand,
	ListGroupsCommand,
	ListUsersInGroupCommand,
	paginateAdminListGroupsForUser,
	paginateListGroups,
	paginateListUsersInGroup,
	UpdateGroupCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import * as lib from './lib.mjs';

const client = lib.sdk('eu-west-1');
const { password } = lib;
const role = (name) => `arn:aws:iam::123456789012:role/${name}`;

// newPool makes a pool and a client of it, and returns what administers it.
async function newPool() {
	const { UserPool } = await client.send(new CreateUserPoolCommand({ PoolName: 'grouped' }));
	const UserPoolId = UserPool.Id;
	const { UserPoolClient } = await client.send(
		new CreateUserPoolClientCommand({
			UserPoolId,
			ClientName: 'web',
			ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
		}),
	);
	const { ClientId } = UserPoolClient;
	const admin = (Command, input) => client.send(new Command({ UserPoolId, ...input }));
	return {
		UserPoolId,
		admin,
		group: (GroupName, input = {}) => admin(CreateGroupCommand, { GroupName, ...input }),
		join: (Username, ...groups) =>
			Promise.all(groups.map((GroupName) => admin(AdminAddUserToGroupCommand, { Username, GroupName }))),
		async user(Username) {
			const { User } = await admin(AdminCreateUserCommand, { Username, MessageAction: 'SUPPRESS' });
			await admin(AdminSetUserPasswordCommand, { Username, Password: password, Permanent: true });
			return User;
		},
		async signIn(USERNAME) {
			const AuthParameters = { USERNAME, PASSWORD: password };
			const res = await client.send(
				new InitiateAuthCommand({ ClientId, AuthFlow: 'USER_PASSWORD_AUTH', AuthParameters }),
			);
			return res.AuthenticationResult;
		},
		async refresh({ RefreshToken }) {
			const res = await client.send(new GetTokensFromRefreshTokenCommand({ ClientId, RefreshToken }));
			return res.AuthenticationResult;
		},
	};
}

// said is what tokens say of groups.
function said({ IdToken, AccessToken }) {
	const id = lib.claims(IdToken);
	const access = lib.claims(AccessToken);
	assert.deepEqual(access['cognito:groups'], id['cognito:groups'], 'both tokens name the same groups');
	assert.ok(!('cognito:roles' in access) && !('cognito:preferred_role' in access), 'roles are in the ID token alone');
	return {
		groups: id['cognito:groups'],
		roles: id['cognito:roles'],
		preferred: id['cognito:preferred_role'],
	};
}

const nothing = { groups: undefined, roles: undefined, preferred: undefined };
const noGroup = { name: 'ResourceNotFoundException', message: 'Group not found.' };
const names = (groups) => groups.map((g) => g.GroupName);

describe('groups in tokens', () => {
	let pool;
	before(async () => {
		pool = await newPool();
		await pool.group('readers', { RoleArn: role('read'), Precedence: 20 });
		await pool.group('writers', { RoleArn: role('write'), Precedence: 10 });
		await pool.group('everybody');
		await pool.group('first', { Precedence: 0 });
	});

	test('they follow at the refresh, in the order of precedence', async () => {
		await pool.user('ada');
		const tokens = await pool.signIn('ada');
		assert.deepEqual(said(tokens), nothing);

		await pool.join('ada', 'everybody', 'readers', 'writers', 'first');
		const all = {
			groups: ['first', 'writers', 'readers', 'everybody'],
			roles: [role('write'), role('read')],
			preferred: role('write'),
		};
		assert.deepEqual(said(await pool.refresh(tokens)), all);
		assert.deepEqual(said(await pool.signIn('ada')), all);

		for (const GroupName of ['writers', 'first', 'writers']) {
			await pool.admin(AdminRemoveUserFromGroupCommand, { Username: 'ada', GroupName });
		}
		const fewer = { groups: ['readers', 'everybody'], roles: [role('read')], preferred: role('read') };
		assert.deepEqual(said(await pool.refresh(tokens)), fewer);
		assert.deepEqual(said(await pool.signIn('ada')), fewer);
	});

	test('a precedence that two groups have settles no role, unless they share it', async () => {
		await pool.user('bob');
		await pool.group('editors', { RoleArn: role('edit'), Precedence: 10 });
		await pool.join('bob', 'writers', 'editors', 'readers');
		const tokens = await pool.signIn('bob');
		assert.deepEqual(said(tokens), {
			groups: ['editors', 'writers', 'readers'],
			roles: [role('edit'), role('write'), role('read')],
			preferred: undefined,
		});
		await pool.admin(UpdateGroupCommand, { GroupName: 'editors', RoleArn: role('write') });
		assert.deepEqual(said(await pool.refresh(tokens)), {
			groups: ['editors', 'writers', 'readers'],
			roles: [role('write'), role('read')],
			preferred: role('write'),
		});
		await pool.admin(UpdateGroupCommand, { GroupName: 'readers', Precedence: 1 });
		assert.deepEqual(said(await pool.refresh(tokens)), {
			groups: ['readers', 'editors', 'writers'],
			roles: [role('read'), role('write')],
			preferred: role('read'),
		});
		await pool.admin(UpdateGroupCommand, { GroupName: 'readers', Precedence: 20 });
	});

	test('a deleted group leaves the tokens, and one made again starts empty', async () => {
		await pool.user('eve');
		await pool.group('passing', { RoleArn: role('pass') });
		await pool.join('eve', 'passing', 'everybody');
		const tokens = await pool.signIn('eve');
		assert.deepEqual(said(tokens), {
			groups: ['everybody', 'passing'],
			roles: [role('pass')],
			preferred: role('pass'),
		});
		await pool.admin(DeleteGroupCommand, { GroupName: 'passing' });
		const left = { groups: ['everybody'], roles: undefined, preferred: undefined };
		assert.deepEqual(said(await pool.refresh(tokens)), left);
		await pool.group('passing', { RoleArn: role('pass') });
		assert.deepEqual(said(await pool.refresh(tokens)), left);
		assert.deepEqual(said(await pool.signIn('eve')), left);
		const { Users } = await pool.admin(ListUsersInGroupCommand, { GroupName: 'passing' });
		assert.deepEqual(Users, []);
	});
});

describe('groups and their users', () => {
	let pool;
	before(async () => {
		pool = await newPool();
	});
	const groupsOf = async (Username) => names((await pool.admin(AdminListGroupsForUserCommand, { Username })).Groups);
	const usersIn = async (GroupName) =>
		(await pool.admin(ListUsersInGroupCommand, { GroupName })).Users.map((u) => u.Username).sort();

	test('a group is what it was made and changed to', async () => {
		const input = { Description: 'who works here', RoleArn: role('staff'), Precedence: 0 };
		const { Group } = await pool.group('staff', input);
		assert.ok(Group.CreationDate instanceof Date && Math.abs(Date.now() - Group.CreationDate) < 60_000);
		assert.deepEqual(Group, {
			GroupName: 'staff',
			UserPoolId: pool.UserPoolId,
			...input,
			CreationDate: Group.CreationDate,
			LastModifiedDate: Group.CreationDate,
		});
		assert.deepEqual((await pool.admin(GetGroupCommand, { GroupName: 'staff' })).Group, Group);

		const changed = await pool.admin(UpdateGroupCommand, { GroupName: 'staff', Description: 'all of us' });
		const read = (await pool.admin(GetGroupCommand, { GroupName: 'staff' })).Group;
		assert.deepEqual(changed.Group, read);
		assert.ok(read.LastModifiedDate > Group.LastModifiedDate);
		assert.deepEqual(read, { ...Group, Description: 'all of us', LastModifiedDate: read.LastModifiedDate });

		await assert.rejects(pool.group('staff'), {
			name: 'GroupExistsException',
			message: 'A group with the name already exists.',
		});
		await assert.rejects(pool.admin(GetGroupCommand, { GroupName: 'Staff' }), noGroup);
		await pool.group('Staff');
		assert.deepEqual(names((await pool.admin(ListGroupsCommand, {})).Groups).sort(), ['Staff', 'staff']);
		await pool.admin(DeleteGroupCommand, { GroupName: 'Staff' });
		await assert.rejects(pool.admin(GetGroupCommand, { GroupName: 'Staff' }), noGroup);
		await assert.rejects(pool.admin(DeleteGroupCommand, { GroupName: 'Staff' }), noGroup);
	});

	test('who is in a group is seen from both sides', async () => {
		await pool.group('drivers');
		const ada = await pool.user('ada');
		await pool.user('bob');
		await pool.join('ada', 'drivers');
		await pool.join('ada', 'drivers'); // is in it
		await pool.join('bob', 'drivers');
		assert.deepEqual(await usersIn('drivers'), ['ada', 'bob']);
		assert.deepEqual(await groupsOf('ada'), ['drivers']);
		const { Users } = await pool.admin(ListUsersInGroupCommand, { GroupName: 'drivers' });
		const listed = Users.find((u) => u.Username === 'ada');
		assert.equal(listed.UserStatus, 'CONFIRMED');
		assert.equal(listed.Enabled, true);
		assert.deepEqual(listed.Attributes, ada.Attributes);

		await pool.admin(AdminDeleteUserCommand, { Username: 'ada' });
		assert.deepEqual(await usersIn('drivers'), ['bob']);
		await pool.user('ada');
		assert.deepEqual(await groupsOf('ada'), []);

		const stranger = { Username: 'nobody', GroupName: 'drivers' };
		const unknown = { name: 'UserNotFoundException', message: 'User does not exist.' };
		await assert.rejects(pool.admin(AdminAddUserToGroupCommand, stranger), unknown);
		await assert.rejects(pool.admin(AdminRemoveUserFromGroupCommand, stranger), unknown);
		await assert.rejects(pool.join('ada', 'none'), noGroup);
	});

	test('every list comes in pages', async () => {
		const paged = await newPool();
		const groups = Array.from({ length: 5 }, (_, i) => `group${i}`);
		const users = Array.from({ length: 5 }, (_, i) => `user${i}`);
		for (const name of groups) await paged.group(name);
		for (const name of users) await paged.user(name);
		await paged.join('user0', ...groups);
		for (const name of users) await paged.join(name, 'group0');

		const config = { client, pageSize: 2 };
		const { UserPoolId } = paged;
		const all = async (pages, of) => {
			const found = [];
			for await (const page of pages) {
				assert.ok(of(page).length <= 2);
				found.push(...of(page));
			}
			return found.sort();
		};
		const groupNames = (page) => names(page.Groups);
		assert.deepEqual(await all(paginateListGroups(config, { UserPoolId }), groupNames), groups);
		assert.deepEqual(
			await all(paginateAdminListGroupsForUser(config, { UserPoolId, Username: 'user0' }), groupNames),
			groups,
		);
		assert.deepEqual(
			await all(paginateListUsersInGroup(config, { UserPoolId, GroupName: 'group0' }), (page) =>
				page.Users.map((u) => u.Username),
			),
			users,
		);

		const { NextToken } = await paged.admin(ListGroupsCommand, { Limit: 2 });
		await assert.rejects(paged.admin(ListUsersInGroupCommand, { GroupName: 'group0', NextToken }), {
			name: 'InvalidParameterException',
			message: 'Invalid pagination token',
		});
	});
});

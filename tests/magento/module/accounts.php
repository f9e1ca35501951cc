<?php

/*
 * Makes the administrators that the tests of the admin's pages sign in as, or removes them: accounts.php ROOT make|remove
 * "lockstep-all" may everything, "lockstep-some" may see orders only. Their password is in the environment, LOCKSTEP_PASSWORD.
 */

declare(strict_types=1);

[, $root, $verb] = $argv;
require $root . '/app/bootstrap.php';
$objects = Magento\Framework\App\Bootstrap::create($root, $_SERVER)->getObjectManager();
$objects->get(Magento\Framework\App\State::class)->setAreaCode('adminhtml');
$users = $objects->get(Magento\User\Model\UserFactory::class);
$roles = $objects->get(Magento\Authorization\Model\RoleFactory::class);

foreach (['lockstep-all' => ['Magento_Backend::all'], 'lockstep-some' => ['Magento_Backend::dashboard', 'Magento_Sales::sales']] as $name => $resources) {
    $user = $users->create()->loadByUsername($name);
    $user->getId() && $user->delete();
    $role = $roles->create()->load($name, 'role_name');
    $role->getId() && $role->delete();
    if ($verb !== 'make') {
        continue;
    }
    $role = $roles->create();
    $role->setRoleName($name)->setPid(0)->setRoleType(Magento\Authorization\Model\Acl\Role\Group::ROLE_TYPE)->setUserType(Magento\Authorization\Model\UserContextInterface::USER_TYPE_ADMIN);
    $role->setGwsIsAll(1)->save();
    $objects->create(Magento\Authorization\Model\Rules::class)->setRoleId($role->getId())->setResources($resources)->saveRel();
    $user = $users->create();
    $user->setData(['username' => $name, 'firstname' => 'Lock', 'lastname' => 'Step', 'email' => $name . '@example.com', 'password' => getenv('LOCKSTEP_PASSWORD'), 'is_active' => 1, 'interface_locale' => 'en_US'])->setRoleId($role->getId())->save();
}

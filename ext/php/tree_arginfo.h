/* This is a generated file, edit the .stub.php file instead.
 * Stub hash: bf158bd7ec596a612d1dd7da9c55ce71f10fb078 */

ZEND_BEGIN_ARG_INFO_EX(arginfo_class_Lockstep_Tree___construct, 0, 0, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_OBJ_INFO_EX(arginfo_class_Lockstep_Tree_scan, 0, 1, Lockstep\\Tree, 0)
	ZEND_ARG_TYPE_INFO(0, root, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, exclude, IS_ARRAY, 0, "[]")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, hash, _IS_BOOL, 0, "false")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, progress, IS_CALLABLE, 1, "null")
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, mounts, _IS_BOOL, 0, "false")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Lockstep_Tree_count, 0, 0, IS_LONG, 0)
ZEND_END_ARG_INFO()

#define arginfo_class_Lockstep_Tree_bytes arginfo_class_Lockstep_Tree_count

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Lockstep_Tree_hash, 0, 1, IS_STRING, 1)
	ZEND_ARG_TYPE_INFO(0, path, IS_STRING, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Lockstep_Tree_entry, 0, 1, IS_ARRAY, 1)
	ZEND_ARG_TYPE_INFO(0, path, IS_STRING, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Lockstep_Tree_compare, 0, 1, IS_ARRAY, 0)
	ZEND_ARG_OBJ_INFO(0, after, Lockstep\\Tree, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, stat, _IS_BOOL, 0, "false")
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Lockstep_Tree_paths, 0, 0, IS_ARRAY, 0)
ZEND_END_ARG_INFO()

#define arginfo_class_Lockstep_Tree_links arginfo_class_Lockstep_Tree_paths

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Lockstep_Tree_mirror, 0, 3, IS_VOID, 0)
	ZEND_ARG_TYPE_INFO(0, root, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO(0, stage, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO(0, plan, IS_ARRAY, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Lockstep_Tree_copy, 0, 2, IS_VOID, 0)
	ZEND_ARG_TYPE_INFO(0, from, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO(0, to, IS_STRING, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Lockstep_Tree_give, 0, 4, IS_VOID, 0)
	ZEND_ARG_TYPE_INFO(0, root, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO(0, path, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO(0, user, IS_LONG, 0)
	ZEND_ARG_TYPE_INFO(0, group, IS_LONG, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Lockstep_Tree_remove, 0, 1, IS_VOID, 0)
	ZEND_ARG_TYPE_INFO(0, path, IS_STRING, 0)
ZEND_END_ARG_INFO()

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Lockstep_Tree_adopt, 0, 2, IS_VOID, 0)
	ZEND_ARG_TYPE_INFO(0, pattern, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO(0, target, IS_STRING, 0)
ZEND_END_ARG_INFO()

#define arginfo_class_Lockstep_Tree_sync arginfo_class_Lockstep_Tree_remove

#define arginfo_class_Lockstep_Tree_privateDirectory arginfo_class_Lockstep_Tree_remove

ZEND_BEGIN_ARG_WITH_RETURN_TYPE_INFO_EX(arginfo_class_Lockstep_Tree_put, 0, 2, IS_VOID, 0)
	ZEND_ARG_TYPE_INFO(0, path, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO(0, contents, IS_STRING, 0)
	ZEND_ARG_TYPE_INFO_WITH_DEFAULT_VALUE(0, mode, IS_LONG, 0, "0600")
ZEND_END_ARG_INFO()


ZEND_METHOD(Lockstep_Tree, __construct);
ZEND_METHOD(Lockstep_Tree, scan);
ZEND_METHOD(Lockstep_Tree, count);
ZEND_METHOD(Lockstep_Tree, bytes);
ZEND_METHOD(Lockstep_Tree, hash);
ZEND_METHOD(Lockstep_Tree, entry);
ZEND_METHOD(Lockstep_Tree, compare);
ZEND_METHOD(Lockstep_Tree, paths);
ZEND_METHOD(Lockstep_Tree, links);
ZEND_METHOD(Lockstep_Tree, mirror);
ZEND_METHOD(Lockstep_Tree, copy);
ZEND_METHOD(Lockstep_Tree, give);
ZEND_METHOD(Lockstep_Tree, remove);
ZEND_METHOD(Lockstep_Tree, adopt);
ZEND_METHOD(Lockstep_Tree, sync);
ZEND_METHOD(Lockstep_Tree, privateDirectory);
ZEND_METHOD(Lockstep_Tree, put);


static const zend_function_entry class_Lockstep_Tree_methods[] = {
	ZEND_ME(Lockstep_Tree, __construct, arginfo_class_Lockstep_Tree___construct, ZEND_ACC_PRIVATE)
	ZEND_ME(Lockstep_Tree, scan, arginfo_class_Lockstep_Tree_scan, ZEND_ACC_PUBLIC|ZEND_ACC_STATIC)
	ZEND_ME(Lockstep_Tree, count, arginfo_class_Lockstep_Tree_count, ZEND_ACC_PUBLIC)
	ZEND_ME(Lockstep_Tree, bytes, arginfo_class_Lockstep_Tree_bytes, ZEND_ACC_PUBLIC)
	ZEND_ME(Lockstep_Tree, hash, arginfo_class_Lockstep_Tree_hash, ZEND_ACC_PUBLIC)
	ZEND_ME(Lockstep_Tree, entry, arginfo_class_Lockstep_Tree_entry, ZEND_ACC_PUBLIC)
	ZEND_ME(Lockstep_Tree, compare, arginfo_class_Lockstep_Tree_compare, ZEND_ACC_PUBLIC)
	ZEND_ME(Lockstep_Tree, paths, arginfo_class_Lockstep_Tree_paths, ZEND_ACC_PUBLIC)
	ZEND_ME(Lockstep_Tree, links, arginfo_class_Lockstep_Tree_links, ZEND_ACC_PUBLIC)
	ZEND_ME(Lockstep_Tree, mirror, arginfo_class_Lockstep_Tree_mirror, ZEND_ACC_PUBLIC|ZEND_ACC_STATIC)
	ZEND_ME(Lockstep_Tree, copy, arginfo_class_Lockstep_Tree_copy, ZEND_ACC_PUBLIC|ZEND_ACC_STATIC)
	ZEND_ME(Lockstep_Tree, give, arginfo_class_Lockstep_Tree_give, ZEND_ACC_PUBLIC|ZEND_ACC_STATIC)
	ZEND_ME(Lockstep_Tree, remove, arginfo_class_Lockstep_Tree_remove, ZEND_ACC_PUBLIC|ZEND_ACC_STATIC)
	ZEND_ME(Lockstep_Tree, adopt, arginfo_class_Lockstep_Tree_adopt, ZEND_ACC_PUBLIC|ZEND_ACC_STATIC)
	ZEND_ME(Lockstep_Tree, sync, arginfo_class_Lockstep_Tree_sync, ZEND_ACC_PUBLIC|ZEND_ACC_STATIC)
	ZEND_ME(Lockstep_Tree, privateDirectory, arginfo_class_Lockstep_Tree_privateDirectory, ZEND_ACC_PUBLIC|ZEND_ACC_STATIC)
	ZEND_ME(Lockstep_Tree, put, arginfo_class_Lockstep_Tree_put, ZEND_ACC_PUBLIC|ZEND_ACC_STATIC)
	ZEND_FE_END
};

static zend_class_entry *register_class_Lockstep_Tree(void)
{
	zend_class_entry ce, *class_entry;

	INIT_NS_CLASS_ENTRY(ce, "Lockstep", "Tree", class_Lockstep_Tree_methods);
	class_entry = zend_register_internal_class_ex(&ce, NULL);
	class_entry->ce_flags |= ZEND_ACC_FINAL|ZEND_ACC_NO_DYNAMIC_PROPERTIES|ZEND_ACC_NOT_SERIALIZABLE;

	return class_entry;
}
